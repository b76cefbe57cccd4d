/** Colours what is the visitor's own, and everything to press, so that it can be read on any colour. */
export function colour(accent: string): void {
  const { style } = document.documentElement;
  const light = luminance(accent);
  style.setProperty('--own', accent);
  style.setProperty('--own-ink', inkOn(accent));
  const ground = matchMedia('(prefers-color-scheme: dark)').matches ? DARK : 1;
  style.setProperty('--accent', contrast(light, ground) >= READABLE ? accent : 'var(--ink)');
}

/** What can be read on a colour. */
export function inkOn(accent: string): string {
  const light = luminance(accent);
  return contrast(light, 1) >= contrast(light, 0) ? '#fff' : '#000';
}

/** Of the sheet in the dark. */
const DARK = 0.013;
/** WCAG 2.2, 1.4.3, for text. */
const READABLE = 4.5;

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
const contrast = (one: number, other: number): number =>
  (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
