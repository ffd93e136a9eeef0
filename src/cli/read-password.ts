import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { AppError } from "../lib/errors";
import { say } from "./output";

/** More than any password has. */
const MAX_BYTES = 4_096;

/**
 * A password, typed at the terminal without an echo, else the first line of standard input. `given`: what an argument
 * said, which others on this machine can see in `ps` and in the shell's history, so it is warned of.
 */
export async function readPassword(given: string | undefined): Promise<string> {
  if (given !== undefined) {
    say(
      "--password shows the password in ps and in the shell's history. Leave it out: the command asks for it, or reads it from standard input",
    );
    return given;
  }
  return process.stdin.isTTY ? askForPassword() : readLine();
}

async function readLine(): Promise<string> {
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const piece of process.stdin) {
    text += piece;
    if (text.includes("\n") || text.length > MAX_BYTES) break;
  }
  const [line = ""] = text.split(/\r?\n/);
  if (!line) {
    throw new AppError(
      "BAD_REQUEST",
      "There is no password. Type it at a terminal, or send it to standard input.",
    );
  }
  return line;
}

async function askForPassword(): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    const ask = async (question: string) => {
      process.stderr.write(question);
      const answer = await lines.question("");
      process.stderr.write("\n");
      return answer;
    };
    const password = await ask("Password: ");
    if ((await ask("Again: ")) === password) return password;
    throw new AppError("BAD_REQUEST", "The two passwords differ. Nothing was done; try again.");
  } finally {
    lines.close();
  }
}
