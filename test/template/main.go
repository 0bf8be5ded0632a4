// Renders the cases of golden.json with Go's text/template and sprig, as the original Flotilla does, and prints the file
// again with what came out: `go run . < golden.json`.
package main

import (
	"bytes"
	"encoding/json"
	"log"
	"os"
	"text/template"

	"github.com/Masterminds/sprig"
)

type testCase struct {
	Template string  `json:"template"`
	Output   *string `json:"output,omitempty"`
	Error    string  `json:"error,omitempty"`
}

type golden struct {
	Data   map[string]any        `json:"data"`
	Groups map[string][]testCase `json:"groups"`
}

func main() {
	var all golden
	if err := json.NewDecoder(os.Stdin).Decode(&all); err != nil {
		log.Fatal(err)
	}
	data, err := json.Marshal(all.Data)
	if err != nil {
		log.Fatal(err)
	}
	for _, cases := range all.Groups {
		for i := range cases {
			render(&cases[i], data)
		}
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(all); err != nil {
		log.Fatal(err)
	}
}

// A template may change its data: each gets its own.
func render(of *testCase, data []byte) {
	of.Output, of.Error = nil, ""
	var dot map[string]any
	if err := json.Unmarshal(data, &dot); err != nil {
		log.Fatal(err)
	}
	parsed, err := template.New("command").Funcs(sprig.TxtFuncMap()).Parse(of.Template)
	if err != nil {
		of.Error = err.Error()
		return
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, dot); err != nil {
		of.Error = err.Error()
		return
	}
	text := out.String()
	of.Output = &text
}
