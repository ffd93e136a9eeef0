import { describe, expect, it } from "vitest";
import { deriveType } from "./derive-type";

const PNG = Buffer.from("89504e470d0a1a0a0000000d4948445200000001000000010806000000", "hex");
const MP4 = Buffer.from("000000206674797069736f6d0000020069736f6d69736f32617663316d703431", "hex");
const MP3 = Buffer.concat([Buffer.from("49443303000000000000fffb9064", "hex"), Buffer.alloc(200)]);
const ZIP = Buffer.concat([Buffer.from("504b0304140000000800", "hex"), Buffer.alloc(40)]);
const BINARY = Buffer.from([0, 1, 2, 3, 250, 251, 252, 253]);

describe("the type of a file", () => {
  it.each<[string, string | Buffer, string, string]>([
    ["notes.md", "# Notes", "text/markdown", "document"],
    ["log.txt", "line\n", "text/plain", "document"],
    ["table.csv", "a,b", "text/csv", "document"],
    ["paper.pdf", "%PDF-1.7\n", "application/pdf", "document"],
    ["data.json", '{"a":1}', "application/json", "code"],
    ["main.ts", "export const a = 1;", "text/plain", "code"],
    ["main.py", "print(1)", "text/plain", "code"],
    ["page.html", "<!doctype html>", "text/html", "code"],
    ["Dockerfile", "FROM scratch", "text/plain", "code"],
    ["dist/Makefile", "all:", "text/plain", "code"],
    ["photo.png", PNG, "image/png", "image"],
    ["PHOTO", PNG, "image/png", "image"],
    ["photo.txt", PNG, "image/png", "image"],
    ["drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "image"],
    ["drawing.svg", '<?xml version="1.0"?><svg/>', "image/svg+xml", "image"],
    ["film.mp4", MP4, "video/mp4", "video"],
    ["song.mp3", MP3, "audio/mpeg", "other"],
    ["archive.zip", ZIP, "application/zip", "other"],
    [
      "letter.docx",
      ZIP,
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      "document",
    ],
    ["fake.png", "<script>alert(1)</script>", "text/plain", "document"],
    ["fake.png", BINARY, "application/octet-stream", "other"],
    ["fake.txt", BINARY, "application/octet-stream", "other"],
    ["program.wasm", BINARY, "application/wasm", "other"],
    ["none", "", "text/plain", "document"],
    ["none", BINARY, "application/octet-stream", "other"],
  ])("%s", async (name, head, mime_type, file_type) => {
    expect(await deriveType(name, Buffer.from(head))).toEqual({ mime_type, file_type });
  });

  it("is text also where the head ends within a character", async () => {
    expect(await deriveType("a.txt", Buffer.from("é").subarray(0, 1))).toMatchObject({
      mime_type: "text/plain",
    });
  });
});
