import { describe, expect, it } from "vitest";
import { createMask, type Mask, NO_MASK } from "./mask";

/** Given in pieces of `size` bytes, as a pipe may bring it. */
function inPieces(mask: Mask, bytes: Buffer, size: number): string {
  const stream = mask.stream();
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.byteLength; at += size)
    out.push(Buffer.from(stream.push(bytes.subarray(at, at + size))));
  return Buffer.concat([...out, stream.end()]).toString("utf8");
}

const SECRET = `p@ss/w0rd+"it's" $HOME\\né€`;
const shell = (text: string) => text.replaceAll("'", `'\\''`);

describe("a mask", () => {
  const mask = createMask([SECRET]);
  const encoded = (before: string, after: string) =>
    Buffer.from(`${before}${SECRET}${after}`).toString("base64");

  it.each([
    ["as it is", SECRET],
    ["as URL component", encodeURIComponent(SECRET)],
    ["as URL component in small letters", encodeURIComponent(SECRET).replace(/%../g, (e) => e.toLowerCase())],
    ["in a form", new URLSearchParams({ s: SECRET }).toString().slice(2)],
    ["in JSON", JSON.stringify(SECRET).slice(1, -1)],
    [
      "in JSON of ASCII alone",
      JSON.stringify(SECRET)
        .slice(1, -1)
        .replace(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
    ],
    ["in single quotes of a shell", shell(SECRET)],
    ["in double quotes of a shell", SECRET.replace(/[\\$`"]/g, "\\$&")],
    ["in base64", encoded("", "")],
    ["in base64 without padding", encoded("", "").replace(/=+$/, "")],
    ["in base64 for URLs", Buffer.from(SECRET).toString("base64url")],
  ])("hides a secret %s, however it is cut", (_, form) => {
    const bytes = Buffer.from(`before ${form} after\n`);
    for (let size = 1; size <= bytes.byteLength; size++) {
      expect(inPieces(mask, bytes, size)).toBe("before *** after\n");
    }
  });

  it.each(["", "u", "us", "user:"])("hides a secret in the base64 of more, after %j", (before) => {
    for (const after of ["", "x", "xy", "xyz"]) {
      const form = encoded(before, after);
      const masked = inPieces(mask, Buffer.from(form), 7);
      // What shares a character with its neighbours may stay: too few bits to tell anything.
      expect(masked).toContain("***");
      expect(masked.length).toBeLessThanOrEqual(
        3 + Math.ceil((before.length * 4) / 3) + 1 + after.length * 2 + 3,
      );
    }
  });

  it.each(["\n", "\r\n"])("hides a secret in base64 that is wrapped by %j", (end) => {
    for (let before = 40; before < 80; before++) {
      const text = Buffer.from(`${"x".repeat(before)}${SECRET}${"y".repeat(80)}`).toString("base64");
      const wrapped = text.replace(/.{76}/g, `$&${end}`);
      for (const size of [1, 5, 4096]) {
        const masked = inPieces(mask, Buffer.from(wrapped), size);
        const left = Buffer.from(
          masked
            .replaceAll(/[\r\n]/g, "")
            .split("***")
            .join(""),
          "base64",
        ).toString();
        expect(left).not.toContain("w0rd");
        expect(masked).toContain("***");
      }
    }
  });

  it("hides each line of a secret that has line breaks, and all of it in base64", () => {
    const key = "-----BEGIN KEY-----\r\nMIIEvgIBADANBgkq\r\nhkiG9w0\r\nab\r\n-----END KEY-----\r\n";
    const own = createMask([key]);
    expect(own.text(`x MIIEvgIBADANBgkq\ny hkiG9w0, ab`)).toBe("x ***\ny ***, ab");
    expect(own.text(JSON.stringify({ key }))).not.toMatch(/MII|hki|BEGIN/);
    expect(own.text(Buffer.from(key).toString("base64"))).toBe("***");
  });

  it("makes one of what overlaps or touches, also without end", () => {
    const own = createMask(["aaaa", "aab-", "secret"]);
    expect(own.text("xaaaaaab-secretsecrety")).toBe("x***y");
    const stream = own.stream();
    const chunk = Buffer.alloc(1024 * 1024, "a");
    let shown = 0;
    for (let n = 0; n < 4; n++) shown += stream.push(chunk).byteLength;
    expect(shown + stream.end().byteLength).toBe(3);
  });

  it("lets go at once what cannot become a secret, and at the end what did not", () => {
    const stream = createMask(["hunter2!"]).stream();
    expect(stream.push(Buffer.from("the hunt")).toString()).toBe("the ");
    expect(stream.push(Buffer.from("ress\nhun")).toString()).toBe("huntress\n");
    expect(stream.end().toString()).toBe("hun");
  });

  it("leaves every other byte as it is", () => {
    const bytes = Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * 7919) % 256));
    const stream = createMask([SECRET]).stream();
    expect(Buffer.concat([stream.push(bytes), stream.end()]).equals(bytes)).toBe(true);
  });

  it("hides texts, keys and numbers of a value", () => {
    const own = createMask(["12345", "token"]);
    expect(own.value({ a: ["my token"], token: 1, n: 912345, ok: [true, null, 12] })).toEqual({
      a: ["my ***"],
      "***": 1,
      n: "9***",
      ok: [true, null, 12],
    });
  });

  it.each([
    ["dash's echo, and printf", "Zx\\nbR7t\\tQw99", "Zx\nbR7t\tQw99"],
    ["read, which drops backslashes", "Zx\\nbR7t\\tQw99", "ZxnbR7ttQw99"],
    ["echo -e of octal and hex", "p\\0101ss\\x42word", "pAssBword"],
    ["printf of percent signs", "hunter%%2024!", "hunter%2024!"],
    ["printf of what it is given nothing for", "Tok%dxKq%s77vv%fLong", "Tok0xKq77vv0.000000Long"],
    ["dash's echo of an escape", "esc\\eQ\\a77zz\\u00e4y", "esc\x1bQ\x0777zz\\u00e4y"],
    ["bash in the C locale", "pässwörtchen9!", "p\\303\\244ssw\\303\\266rtchen9!"],
    ["python's ascii", "pä/ss+w?rd", "p\\xe4/ss+w?rd"],
    ["python's bytes", "pä/ss+w?rd", "p\\xc3\\xa4/ss+w?rd"],
    ["xxd -r of hex", Buffer.from("hexPassw0rd").toString("hex"), "hexPassw0rd"],
    ["HTML", `pa'ss"w0rd<y>`, "pa&#x27;ss&quot;w0rd&lt;y&gt;"],
    ["jq of a long number", '{"pin": 9182736455, "a": 1}', "9182736455"],
    [
      "a reader of JSON, by its lines",
      '{"type":"x","private_key":"-----BEGIN-----\\nMIIEvgIB\\nADANBgkq\\n"}',
      "MIIEvgIB",
    ],
    ["dash's echo of JSON", '{"k":"first-line\\nsecond-line"}', '{"k":"first-line\nsecond-line"}'],
    ["jq of an inner text", '{"a":[{"token":"s3cr3t/t0ken"}]}', "s3cr3t/t0ken"],
    [
      "jq of an inner text, in base64",
      '{"token":"s3cr3t/t0ken"}',
      Buffer.from("s3cr3t/t0ken").toString("base64"),
    ],
    ["a decoder of URLs", "p%40ssw0rd%21", "p@ssw0rd!"],
    ["base64 -d", Buffer.from("the hidden text").toString("base64"), "the hidden text"],
    ["base64 -d and jq", Buffer.from('{"key":"deep-inside"}').toString("base64"), "deep-inside"],
    ["a client of a database", "postgres://ada:pa%23ssword1@db/x", "pa#ssword1"],
    ["a shell that reads variables", "USER=ada\nexport TOKEN='abc-def-123'", "abc-def-123"],
    ["a shell that splits words", "one  two\nthree", "one two three"],
    ["JSON in JSON", 'say "hi" now', JSON.stringify(JSON.stringify('say "hi" now')).slice(3, -3)],
    ["xxd -p", "s3cr3t-value", Buffer.from("s3cr3t-value").toString("hex")],
  ])("hides what %s makes of it", (_, secret, form) => {
    expect(inPieces(createMask([secret]), Buffer.from(`a ${form} b\n`), 3)).toBe("a *** b\n");
  });

  it("stays of a size however large the secrets are", () => {
    const large = Array.from({ length: 2 }, (_, n) => `${n}"${"\\n%41 x".repeat(2_700)}`);
    const started = performance.now();
    expect(createMask(large).text(`x${large[1]}y`)).toBe("x***y");
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  it("is none without a secret of four characters", () => {
    expect(createMask([])).toBe(NO_MASK);
    expect(createMask(["abc"])).toBe(NO_MASK);
  });

  it("reads in time that grows with the input alone", () => {
    const many = Array.from({ length: 100 }, (_, n) => `secret-${n}-${"a".repeat(200)}b`);
    const stream = createMask(many).stream();
    // Every byte is the beginning of a secret that never comes.
    const hard = Buffer.from("secret-1-".padEnd(64 * 1024, "a"));
    const started = performance.now();
    for (let n = 0; n < 32; n++) stream.push(hard);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
