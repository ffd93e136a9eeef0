import { withMarks } from "../lib/marks";

/** Up to two letters of a name: "Ada Byron" → "AB", "ada@x.org" → "A". */
export function initials(name: string): string {
  const words = name.trim().split(/[\s._-]+/u);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("").toUpperCase();
}

function hueOf(text: string): number {
  let hash = 0;
  for (const char of text) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 360;
  return hash;
}

/** A person's initials on a background colour of their own. `decorative` if the name is shown beside it. */
export function Avatar({
  name,
  size = 20,
  decorative = false,
}: {
  name: string;
  size?: number;
  decorative?: boolean;
}) {
  const hue = hueOf(name);
  return (
    <span
      {...(decorative
        ? { "aria-hidden": true }
        : { role: "img", "aria-label": withMarks(name), title: withMarks(name) })}
      className="inline-flex shrink-0 items-center justify-center rounded-full font-medium select-none"
      style={{
        width: size,
        height: size,
        fontSize: Math.max(9, Math.round(size * 0.42)),
        background: `light-dark(oklch(0.91 0.045 ${hue}), oklch(0.36 0.055 ${hue}))`,
        color: `light-dark(oklch(0.36 0.09 ${hue}), oklch(0.91 0.045 ${hue}))`,
      }}
    >
      {initials(name)}
    </span>
  );
}
