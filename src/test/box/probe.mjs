// What a script, an agent or code of a project would try. Prints a JSON object of what was reached, by name.
import { existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { connect } from "node:net";
import { homedir } from "node:os";

const targets = JSON.parse(readFileSync(process.argv[2], "utf8"));
const reached = {};

const attempt = (name, work) => {
  try {
    const got = work();
    if (got) reached[name] = String(got).slice(0, 60);
  } catch {
    // Out of reach.
  }
};

for (const [name, path] of Object.entries(targets.files)) attempt(name, () => readFileSync(path, "utf8"));
for (const [name, path] of Object.entries(targets.folders))
  attempt(name, () => readdirSync(path).join() || "(empty)");
for (const [name, pid] of Object.entries(targets.processes)) {
  attempt(`${name}: environment`, () =>
    readFileSync(`/proc/${pid}/environ`, "utf8").includes(targets.secret),
  );
  attempt(`${name}: memory`, () => {
    const [range] = /^[0-9a-f]+-[0-9a-f]+ r/m.exec(readFileSync(`/proc/${pid}/maps`, "latin1")) ?? [];
    const at = Number.parseInt(range, 16);
    return (
      range &&
      isOf(targets.secret, pid) &&
      readSync(openSync(`/proc/${pid}/mem`, "r"), Buffer.alloc(8), 0, 8, at)
    );
  });
  attempt(`${name}: signal`, () => isOf(targets.secret, pid) && process.kill(pid, 0));
  attempt(`${name}: files`, () => isOf(targets.secret, pid) && readdirSync(`/proc/${pid}/cwd/`).join());
}
// By name a process of another may be in a list of processes; by its secret it is known as the one that is meant.
function isOf(secret, pid) {
  if (targets.seesOthers) return existsSync(`/proc/${pid}`);
  return readFileSync(`/proc/${pid}/environ`, "utf8").includes(secret);
}

attempt("sockets", () => {
  const found = ["/tmp", "/run", "/var/run", "/run/postgresql", "/var/run/postgresql"].flatMap((folder) => {
    if (!existsSync(folder)) return [];
    return readdirSync(folder).filter(
      (name) => name.startsWith(".s.PGSQL") && statSync(`${folder}/${name}`).isSocket(),
    );
  });
  return found.join();
});
attempt("privileges", () => readFileSync("/etc/shadow", "utf8"));
attempt("home", () => homedir() === targets.serverHome && "it is the server's");

/** Asks to be let in without a password; 0 is the server's yes. */
async function askDatabase() {
  const body = Buffer.from("\0\x03\0\0user\0postgres\0database\0postgres\0\0", "latin1");
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  const socket = connect(targets.database.port, targets.database.host);
  const answer = await new Promise((resolve) => {
    socket
      .once("data", resolve)
      .once("error", () => resolve(null))
      .once("close", () => resolve(null));
    socket.once("connect", () => socket.write(Buffer.concat([length, body])));
  });
  socket.destroy();
  if (answer?.[0] === 0x52 && answer.readInt32BE(5) === 0) reached.database = "it lets in without a password";
}
await askDatabase();
process.stdout.write(`${JSON.stringify(reached)}\n`);
