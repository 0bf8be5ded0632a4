// Every component of Kubernetes that a cluster of the tests needs, in one program that is built once:
//
//	kubernetes etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kubelet [the component's own flags]
package main

import (
	"context"
	"fmt"
	"os"
	_ "time/tzdata" // CronJobs may name time zones, on machines without them too

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"

	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

func main() {
	if len(os.Args) < 2 {
		fail("usage: kubernetes COMPONENT [flags]")
	}
	component, flags := os.Args[1], os.Args[2:]
	var command *cobra.Command
	switch component {
	case "etcd":
		etcdmain.Main(append([]string{component}, flags...))
		return
	case "kube-apiserver":
		command = apiserver.NewAPIServerCommand()
	case "kube-controller-manager":
		command = controllers.NewControllerManagerCommand()
	case "kube-scheduler":
		command = scheduler.NewSchedulerCommand()
	case "kubelet":
		command = kubelet.NewKubeletCommand(context.Background())
	default:
		fail("no component " + component)
	}
	command.SetArgs(flags)
	os.Exit(cli.Run(command))
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(2)
}
