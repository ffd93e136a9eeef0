import { decodedForms } from "./decoded-forms";

/** Shorter texts are in every log by chance, so setting shorter secrets is refused. */
export const MIN_SECRET_LENGTH = 4;

/** Limit for the characters of all forms of one secret, which bounds the mask. The rarest forms are dropped first. */
const MAX_FORMS_LENGTH = 300_000;

/**
 * All forms of a secret in a process's output: plain, decoded, by lines; each of these in base64, hex, URLs, JSON (also
 * nested), HTML, Python literals and shell quotes.
 */
export function secretForms(secret: string): Buffer[] {
  const parts = new Set<string>();
  for (const text of decodedForms(secret)) {
    const lines = text.split(/\r\n|\r|\n/);
    for (const part of [text, text.trim(), ...lines, ...lines.map((line) => line.trim())]) parts.add(part);
  }
  const long = [...parts].filter((part) => part.length >= MIN_SECRET_LENGTH);
  const forms = new Set([secret]);
  let left = MAX_FORMS_LENGTH;
  for (const part of long) {
    left -= part.length;
    if (left > 0) forms.add(part);
  }
  for (const part of long) {
    for (const form of encodedForms(part)) {
      if (forms.has(form)) continue;
      left -= form.length;
      if (left > 0) forms.add(form);
    }
  }
  return [...forms].filter((form) => form.length >= MIN_SECRET_LENGTH).map((form) => Buffer.from(form));
}

function encodedForms(part: string): string[] {
  const bytes = Buffer.from(part);
  const hex = bytes.toString("hex");
  const json = jsonForms(part);
  return [
    ...json,
    ...shellForms(part),
    ...urlForms(part),
    ...base64Forms(bytes),
    ...htmlForms(part),
    ...pythonForms(part),
    ...json.slice(0, 2).map((form) => JSON.stringify(form).slice(1, -1)),
    hex,
    hex.toUpperCase(),
  ];
}

/** The base64 characters that these bytes determine, by offset in a group; with and without those of the end. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const from = before === 0 ? 0 : before + 1;
    const fixed = text.slice(from, Math.floor(((before + bytes.byteLength) * 8) / 6));
    const whole = text.slice(from);
    const forms = [fixed, whole, whole.replace(/=+$/, "")];
    return [...forms, ...forms.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"))];
  });
}

/** Encoded by encodeURIComponent, encodeURI, RFC 3986 and forms; also with lower-case escapes. */
function urlForms(text: string): string[] {
  if (/\p{Surrogate}/u.test(text)) return [];
  const component = encodeURIComponent(text);
  const strict = component.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const path = strict.replaceAll("%2F", "/");
  const all = [component, strict, path, encodeURI(text)];
  const withPlus = all.map((form) => form.replaceAll("%20", "+"));
  const small = [...all, ...withPlus].map((form) =>
    form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  );
  return [...all, ...withPlus, ...small];
}

/** With and without escapes for non-ASCII characters, for `/`, and for what HTML escapes in scripts. */
function jsonForms(text: string): string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const escaped = (form: string, which: RegExp) =>
    form.replace(which, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const forms = [plain, escaped(plain, /[\u0080-\uffff]/g), escaped(plain, /[<>&\u2028\u2029]/g)];
  return [...forms, ...forms.map((form) => form.replaceAll("/", "\\/"))];
}

/** Escaped for HTML; encoders differ in the quotes. */
function htmlForms(text: string): string[] {
  if (!/[&<>"']/.test(text)) return [];
  const plain = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const quoted = plain.replaceAll('"', "&quot;");
  return [plain, quoted, ...["&#39;", "&#x27;", "&apos;"].map((quote) => quoted.replaceAll("'", quote))];
}

/** Python's `repr` and `ascii` of the text and of its bytes. */
function pythonForms(text: string): string[] {
  const plain = text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  const hex = (code: number, digits: number) => code.toString(16).padStart(digits, "0");
  const ascii = plain.replace(/[\u0080-\u{10ffff}]/gu, (c) => {
    const code = c.codePointAt(0) ?? 0;
    return code < 0x100
      ? `\\x${hex(code, 2)}`
      : code < 0x1_0000
        ? `\\u${hex(code, 4)}`
        : `\\U${hex(code, 8)}`;
  });
  const ofBytes = plain.replace(/[\u0080-\u{10ffff}]/gu, (c) =>
    escapedBytes(c, (byte) => `\\x${hex(byte, 2)}`),
  );
  return [plain, ascii, ofBytes].flatMap((form) => [form, form.replaceAll("'", "\\'")]);
}

const escapedBytes = (text: string, write: (byte: number) => string) =>
  [...Buffer.from(text)].map(write).join("");

/** In single quotes, in double quotes, in `$'…'`, and with backslashes. */
function shellForms(text: string): string[] {
  const ansi = text
    .replace(/[\\']/g, "\\$&")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  return [
    text.replaceAll("'", `'\\''`),
    text.replaceAll("'", `'"'"'`),
    text.replace(/[\\$`"]/g, "\\$&"),
    text.replace(/[\\$`"!]/g, "\\$&"),
    text.replace(/[^A-Za-z0-9_@%+=:,./\n\u0080-\uffff-]/g, "\\$&"),
    text.replace(/[^A-Za-z0-9_@%+=:./\n\u0080-\uffff-]/g, "\\$&"),
    ansi,
    // As a locale without these characters writes them.
    ansi.replace(/[\u0080-\u{10ffff}]/gu, (c) => escapedBytes(c, (byte) => `\\${byte.toString(8)}`)),
  ];
}
