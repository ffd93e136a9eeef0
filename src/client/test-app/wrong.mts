// Each marked line must not compile, and no other.
import { createClient, type Definitions } from "@phaseboard/client";

const client = createClient({ url: "http://127.0.0.1:1" });
const id = String(Math.random());
const ship = { project_id: "p", workflow_definition_id: "ship-a-release", name: "n" } as const;
const { create, execute } = client.runs;

void create.mutate({ ...ship, args: { version: "1" } });
void create.mutate({ ...ship, args: { version: "1", channel: "beta" } });
void create.mutate({ project_id: "p", workflow_definition_id: "not-known", name: "n", args: { any: 1 } });
void create.mutate({ project_id: "p", workflow_definition_id: id, name: "n" });
void execute.mutate({ id, args: { any: 1 } });
void create.mutate({ ...ship, args: { version: "1", channel: "nightly" } }); // wrong: no such value
void create.mutate({ ...ship, args: { version: 1 } }); // wrong: no such type
void create.mutate({ ...ship, args: { version: "1", chanel: "beta" } }); // wrong: no such arg
void create.mutate({ ...ship, args: { channel: "beta" } }); // wrong: one is missing
void create.mutate(ship); // wrong: all are missing
void execute.mutate<"ship-a-release">({ id, args: { version: 1 } }); // wrong: no such type
void create.mutate({ ...ship, nam: "n", args: { version: "1" } }); // wrong: no such field
void client.runs.get.query({}); // wrong: no id
void client.runs.start; // wrong: no such procedure
void client.users.me.query();
const step: Definitions["ship-a-release"]["step_id"] = "build";
const phase: Definitions["ship-a-release"]["phase"] = "deploy"; // wrong: no such phase
const other: Definitions["ship-a-release"]["step_id"] = "review"; // wrong: no such step
client.events.onProject.subscribe(
  { project_id: "p" },
  {
    onData: (event) => {
      if (event.type === "workflow.comment.created") void event.data.comment_id;
      void event.data.comment_id; // wrong: not all of them have it
    },
  },
);

export { other, phase, step };
