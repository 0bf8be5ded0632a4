/** Colours that programs choose, made readable: a text's is dark or bright enough for each ground that the log has. */

export type Rgb = readonly [red: number, green: number, blue: number];
type Scheme = 'light' | 'dark';

/**
 * Relative luminances (WCAG): a ground has at least (in the dark, at most) the one, a text at most (at least) the other.
 * (0.72 + 0.05) / (0.12 + 0.05) and (0.30 + 0.05) / (0.026 + 0.05) are above 4.5.
 */
const bounds = { light: { ground: 0.72, text: 0.12 }, dark: { ground: 0.026, text: 0.3 } };

function luminance(rgb: Rgb): number {
  const [red, green, blue] = linearOf(rgb);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

export function readable(rgb: Rgb, use: 'text' | 'ground', scheme: Scheme): Rgb {
  const isDarker = (scheme === 'light') === (use === 'text');
  // What is rounded to whole numbers must still be within.
  return isDarker ? darkened(rgb, bounds[scheme][use] - 0.004) : lightened(rgb, bounds[scheme][use] + 0.004);
}

function darkened(rgb: Rgb, most: number): Rgb {
  const now = luminance(rgb);
  if (now <= most) return rgb;
  return wireOf(linearOf(rgb).map((part) => (part * most) / now));
}

function lightened(rgb: Rgb, least: number): Rgb {
  const now = luminance(rgb);
  if (now >= least) return rgb;
  const share = (least - now) / (1 - now);
  return wireOf(linearOf(rgb).map((part) => part + (1 - part) * share));
}

function linearOf(rgb: Rgb): [number, number, number] {
  const linear = (part: number): number => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return [linear(rgb[0]), linear(rgb[1]), linear(rgb[2])];
}

function wireOf(linear: number[]): Rgb {
  const [red = 0, green = 0, blue = 0] = linear.map((part) =>
    Math.round(255 * (part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055)),
  );
  return [red, green, blue];
}

export function cssOf([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}
