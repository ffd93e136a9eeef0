/** Shorter texts inside of a secret are in every log by chance. */
const MIN_INNER_LENGTH = 8;
/** How deep encodings may be nested; the next constant bounds the texts of one secret. */
const MAX_DEPTH = 3;
const MAX_TEXTS = 200;

/**
 * What decoders make of a secret: backslash sequences as `echo`, `printf` and `read` take them, texts inside of JSON,
 * addresses and `NAME=value` lines, and URL and base64 encodings. The secret itself is included.
 */
export function decodedForms(secret: string): string[] {
  const found = new Set([secret]);
  let open = [secret];
  for (let depth = 0; depth < MAX_DEPTH && open.length > 0; depth++) {
    const next = open.flatMap(decodings).filter((text) => text !== "" && !found.has(text));
    for (const text of next) if (found.size < MAX_TEXTS) found.add(text);
    open = [...new Set(next)];
  }
  return [...found];
}

function decodings(text: string): string[] {
  return [
    ...backslashForms(text),
    ...innerTexts(text).filter((inner) => inner.length >= MIN_INNER_LENGTH),
    ...(/%[0-9a-f]{2}/i.test(text)
      ? [tryTo(() => decodeURIComponent(text)), tryTo(() => decodeURIComponent(text.replaceAll("+", " ")))]
      : []),
    fromBase64(text),
    fromHex(text),
    // An unquoted variable in a shell: its spaces collapse.
    text.trim().replace(/\s+/g, " "),
  ];
}

const LETTERS: Record<string, string> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "/": "/",
  '"': '"',
  "'": "'",
};

/** Forms of dash's echo, of bash's echo and printf, of JSON, and of `read`, which drops the backslash. */
function backslashForms(text: string): string[] {
  const printed = printedAsFormat(text);
  const forms = printed === text ? [] : [printed];
  if (!text.includes("\\")) return forms;
  for (const given of new Set([text, printed])) {
    const dash = given.replace(/\\(0[0-7]{0,3}|[abefnrtv\\])/g, (_, found: string) => unescaped(found));
    const bash = given.replace(
      /\\(0[0-7]{0,3}|[0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[abeEfnrtv\\"'/])/g,
      (_, found: string) => unescaped(found),
    );
    const stopped = /^(.*?)\\c/s.exec(given)?.[1] ?? "";
    forms.push(dash, bash, stopped);
  }
  return [...forms, text.replace(/\\(.)/gs, "$1"), text.replace(/\\\r?\n/g, "")];
}

/** The text as `printf` prints it when it is the format and has no arguments. */
function printedAsFormat(text: string): string {
  return text.replace(
    /%(?:%|[-+ #0]*\d*(?:\.\d+)?([sbcqdiouxXfFeEgGaA]))/g,
    (_, kind: string | undefined) => {
      if (kind === undefined) return "%";
      if (/[sbcq]/.test(kind)) return "";
      return /[fF]/.test(kind) ? "0.000000" : /[eE]/.test(kind) ? `0.000000${kind}+00` : "0";
    },
  );
}

function unescaped(found: string): string {
  const digits = /^[xuU](.+)$/.exec(found)?.[1];
  if (digits !== undefined) return tryTo(() => String.fromCodePoint(Number.parseInt(digits, 16)));
  if (/^[0-7]/.test(found)) return String.fromCharCode(Number.parseInt(found, 8) & 255);
  return LETTERS[found] ?? found;
}

/** Parts that a reader of the text's format gives separately. */
function innerTexts(text: string): string[] {
  const texts: string[] = [];
  if (/^\s*["[{]/.test(text))
    collect(
      tryTo<unknown>(() => JSON.parse(text)),
      texts,
    );
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/]*@/i.test(text)) {
    const password = tryTo(() => new URL(text).password);
    texts.push(
      password,
      tryTo(() => decodeURIComponent(password)),
    );
  }
  for (const [, value = ""] of text.matchAll(/^[ \t]*(?:export[ \t]+)?[A-Za-z_]\w*=(.+)$/gm)) {
    texts.push(value.trim().replace(/^(["'])(.*)\1$/, "$2"));
  }
  return texts;
}

function collect(value: unknown, texts: string[]): void {
  if (typeof value === "string" || typeof value === "number") texts.push(String(value));
  else if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) collect(inner, texts);
  }
}

/** The decoded text; "" for binary data, since no log shows that as it is. */
function fromBase64(text: string): string {
  const plain = text.replace(/\s/g, "");
  if (plain.length < MIN_INNER_LENGTH || !/^[\w+/-]+={0,2}$/.test(plain)) return "";
  return textOf(Buffer.from(plain, "base64"));
}

/** As `fromBase64`. */
function fromHex(text: string): string {
  const plain = text.replace(/\s/g, "");
  if (plain.length < 2 * MIN_INNER_LENGTH || !/^(?:[0-9a-f]{2})+$/i.test(plain)) return "";
  return textOf(Buffer.from(plain, "hex"));
}

function textOf(bytes: Buffer): string {
  const decoded = bytes.toString("utf8");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return /[\uFFFD\0-\x08\x0b\x0c\x0e-\x1f]/.test(decoded) ? "" : decoded;
}

function tryTo<T extends string | unknown>(work: () => T): T {
  try {
    return work();
  } catch {
    return "" as T;
  }
}
