import { readdir, readFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { parse } from "yaml";
import { packageRoot } from "../../../lib/package-root";
import type { Template } from "../schema";

const FOLDER = join("src", "features", "definitions", "templates", "shipped");

/** The templates that Phaseboard ships, by name, read from their files. */
export async function listShipped(): Promise<Template[]> {
  const folder = join(packageRoot(), FOLDER);
  const names = (await readdir(folder)).filter((name) => /\.(yaml|ts)$/.test(name));
  const templates = await Promise.all(
    names.map(async (name): Promise<Template> => {
      const source = await readFile(join(folder, name), "utf8");
      const id = basename(name, extname(name));
      const isCode = name.endsWith(".ts");
      const head = isCode ? headOfCode(source) : (parse(source) as Head);
      const { name: title, description, phases } = head;
      const type = isCode ? "code" : "yaml";
      return { id, slug: id, type, name: title, description, phases, project: null, source };
    }),
  );
  return templates.sort((a, b) => a.name.localeCompare(b.name, "en"));
}

interface Head {
  name: string;
  description: string;
  phases: string[];
}

/**
 * Shipped TypeScript templates keep a fixed form, so name and description can be read without running them. A
 * test loads each and compares.
 */
function headOfCode(source: string): Head {
  const text = (key: string) => new RegExp(`^ {2}${key}: (.*),$`, "m").exec(source)?.[1] ?? '""';
  return {
    name: JSON.parse(text("name")) as string,
    description: JSON.parse(text("description")) as string,
    phases: JSON.parse(text("phases")) as string[],
  };
}
