import { describe, expect, it } from "vitest";
import { usageWords } from "../../agents/ui/usage-words";
import { holdBack, TEXT_LIMIT, textToSend } from "./draft-words";
import { createDrafts, NO_DRAFT, sentAs } from "./message-drafts";
import { searchFor } from "./use-sought-comment";

function memory(entries: Record<string, string> = {}) {
  const kept = new Map(Object.entries(entries));
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

describe("createDrafts", () => {
  it("keeps a draft over a reload, each run its own", () => {
    const storage = memory();
    const before = createDrafts(() => storage);
    before.change("r1", () => ({ text: "hello" }));
    before.change("r1", ({ artifact_ids }) => ({ artifact_ids: [...artifact_ids, "a1"] }));
    const after = createDrafts(() => storage);
    expect(after.read("r1")).toEqual({ ...NO_DRAFT, text: "hello", artifact_ids: ["a1"] });
    expect(after.read("r2")).toBe(NO_DRAFT);
    after.change("r1", () => NO_DRAFT);
    expect(storage.kept.size).toBe(0);
  });

  it("takes what is broken for none", () => {
    const storage = memory({
      "phaseboard:comment:r1": "{",
      "phaseboard:comment:r2": '{"text":5}',
      "phaseboard:comment:r3": '{"text":"x","artifact_ids":[1,"a"]}',
    });
    const drafts = createDrafts(() => storage);
    expect(drafts.read("r1")).toBe(NO_DRAFT);
    expect(drafts.read("r2")).toBe(NO_DRAFT);
    expect(drafts.read("r3")).toEqual({ ...NO_DRAFT, text: "x", artifact_ids: ["a"] });
  });

  it("is sent under one key until it changes, also after a reload", () => {
    const storage = memory();
    const before = createDrafts(() => storage);
    const sent = sentAs(before.read("r1"), { text: "hello" });
    before.change("r1", () => ({ text: "hello", sent }));
    const draft = createDrafts(() => storage).read("r1");
    expect(sentAs(draft, { text: "hello" })).toEqual(sent);
    expect(sentAs(draft, { text: "hello there" }).key).not.toBe(sent.key);
  });

  it("works without a storage", () => {
    const drafts = createDrafts(() => {
      throw new Error("storage is off");
    });
    drafts.change("r1", () => ({ text: "hello" }));
    expect(drafts.read("r1").text).toBe("hello");
  });

  it("gives the same draft until it changes, and tells when", () => {
    const drafts = createDrafts(memory);
    let told = 0;
    const leave = drafts.watch(() => told++);
    expect(drafts.read("r1")).toBe(drafts.read("r1"));
    drafts.change("r1", () => ({ on: "unit" }));
    leave();
    drafts.change("r1", () => ({ on: null }));
    expect(told).toBe(1);
  });
});

describe("what holds a comment back", () => {
  it("lets words or files through", () => {
    expect(holdBack("hello", 0, 0)).toBeNull();
    expect(holdBack("", 1, 0)).toBeNull();
    expect(holdBack(" \n", 0, 0)).toBe("");
  });

  it("waits for uploads and refuses what is too long", () => {
    expect(holdBack("hello", 0, 1)).toBe("Waits for the upload");
    expect(holdBack("hello", 0, 3)).toBe("Waits for 3 uploads");
    expect(holdBack("x".repeat(TEXT_LIMIT), 0, 0)).toBeNull();
    expect(holdBack("x".repeat(TEXT_LIMIT + 1_200), 0, 0)).toContain("1,200 characters too long");
  });

  it("finds words for files without any", () => {
    expect(textToSend(" ", 1)).toBe("Added a file.");
    expect(textToSend("", 2)).toBe("Added 2 files.");
    expect(textToSend("see", 2)).toBe("see");
  });
});

it("says what an agent used as far as it is numbers", () => {
  expect(usageWords({ input_tokens: 1204, outputTokens: 3, model: "m", cost: Number.NaN })).toEqual([
    "1,204 input tokens",
    "3 output tokens",
  ]);
  expect(usageWords(null)).toEqual([]);
});

describe("the search for the comment that the address names", () => {
  const page = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => ({ id: `c${from + at}` }));

  it("reads page after page until it is shown, or there is none", () => {
    const at = (sought: string | null, from: number, cursor: string | null, tried: string | null) =>
      searchFor(sought, page(from, 600), { cursor, tried, busy: false });
    expect(at(null, 400, "400", null)).toBeNull();
    expect(at("c500", 400, "400", null)).toBe("shown");
    expect(at("c10", 400, "400", null)).toBe("reads");
    expect(at("c10", 200, "200", "400")).toBe("reads");
    expect(at("c10", 0, null, "200")).toBe("shown");
    expect(at("gone", 0, null, "200")).toBe("none");
  });

  it("asks once where it fails, and not without end", () => {
    const waits = { cursor: "400", tried: "400", busy: true };
    expect(searchFor("c10", page(400, 600), waits)).toBe("reads");
    expect(searchFor("c10", page(400, 600), { ...waits, busy: false })).toBe("further");
    expect(searchFor("c10", page(1_000, 3_000), { cursor: "1000", tried: null, busy: false })).toBe(
      "further",
    );
  });
});
