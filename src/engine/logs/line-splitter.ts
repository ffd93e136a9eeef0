import { StringDecoder } from "node:string_decoder";

/** Longest text of one log object, in UTF-16 units. */
export const PIECE_LENGTH = 16 * 1024;

/**
 * Cuts the bytes of one stream into lines that keep their line end. A line longer than a piece comes in
 * several, none splitting a character; bytes that are no UTF-8 become U+FFFD.
 */
export class LineSplitter {
  private readonly decoder = new StringDecoder("utf8");
  private partial = "";

  push(bytes: Buffer): string[] {
    const text = this.partial + this.decoder.write(bytes);
    const pieces: string[] = [];
    let from = 0;
    while (from < text.length) {
      const newline = text.indexOf("\n", from);
      const end = newline === -1 ? text.length : newline + 1;
      while (end - from > PIECE_LENGTH) {
        const cut = cutBefore(text, from + PIECE_LENGTH);
        pieces.push(text.slice(from, cut));
        from = cut;
      }
      if (newline === -1) break;
      if (end > from) pieces.push(text.slice(from, end));
      from = end;
    }
    this.partial = text.slice(from);
    return pieces;
  }

  /** The unfinished line, so that a prompt is shown while the process waits. */
  flush(): string[] {
    const { partial } = this;
    this.partial = "";
    return partial === "" ? [] : [partial];
  }

  /** As `flush`, at the end of the stream: half a character becomes U+FFFD. */
  end(): string[] {
    this.partial += this.decoder.end();
    return this.flush();
  }
}

function cutBefore(text: string, at: number): number {
  const unit = text.charCodeAt(at - 1);
  const isHighSurrogate = unit >= 0xd800 && unit <= 0xdbff;
  return isHighSurrogate ? at - 1 : at;
}
