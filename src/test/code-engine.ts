import { Gathering } from "../engine/code/host/gathering";
import { textOfThrown, toJson, WorkflowPass } from "../engine/code/host/run-workflow";
import type { CodeChannel, FromHost } from "../engine/code/protocol";
import { defineWorkflow, type WorkflowContext } from "../sdk";
import { engine } from "./engine";

type Context = WorkflowContext<Record<string, unknown>>;
/** `print` is what `console.log` is to a definition's code, of which there is one to a process. */
type Run = (context: Context & { print(text: string): void }) => unknown;

/** The engine over memory, for a definition in TypeScript whose code runs in this process. */
export function codeEngine(run: Run, body?: Parameters<typeof engine>[1]) {
  const test = engine([], body, { issue: "7" });
  test.store.run.definition = { ...test.store.run.definition, phases: ["plan", "work"], code: "in memory" };
  /** How often the code was started and is there, and what ends its process as if it did so by itself. */
  const host = { passes: 0, open: 0, exit: (_why: string) => {} };
  test.ports.code = () => {
    host.passes++;
    host.open++;
    return inMemory(run, host);
  };
  return { ...test, host };
}

function inMemory(run: Run, host: { open: number; exit: (why: string) => void }): CodeChannel {
  let listener: (message: unknown) => void = () => {};
  let open = true;
  // Over a channel nothing arrives at once.
  const later = (work: () => void) => setImmediate(() => open && work());
  const saying = new Gathering<FromHost>((messages) => later(() => listener(messages)));
  const send = (message: FromHost) => saying.add(message);
  const pass = new WorkflowPass(send);
  const close = () => {
    if (open) host.open--;
    open = false;
  };
  return {
    send: (message, sent) =>
      later(() => {
        sent?.();
        if ("ping" in message) return send({ pong: true });
        if (!("do" in message)) return pass.receive(message);
        const { args, run: facts, project } = message;
        const print = (text: string) => send({ print: "stdout", text: `${text}\n` });
        const own = (context: Context) => run({ ...context, print });
        const workflow = defineWorkflow({ name: "Code", phases: ["plan", "work"], run: own } as never);
        pass
          .run(workflow, { args, run: facts, project })
          .then(toJson)
          .then(
            (output) => send({ end: true, ok: true, output }),
            (error: unknown) => send({ end: true, ok: false, error: textOfThrown(error) }),
          );
      }),
    onMessage: (given) => {
      listener = given;
    },
    onOutput: () => {},
    onExit: (given) => {
      // Behind what it has said until then.
      host.exit = (why) => {
        saying.flush();
        later(() => {
          close();
          given(why);
        });
      };
    },
    close: async () => close(),
  };
}

const idle = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Lets the run come to rest: time passes until it is let go. */
export async function settle<T>(
  test: { clock: { advance(ms: number): Promise<void> } },
  done: Promise<T>,
): Promise<T> {
  let over = false;
  void done.finally(() => {
    over = true;
  });
  while (!over) {
    await idle();
    await test.clock.advance(300);
  }
  return done;
}
