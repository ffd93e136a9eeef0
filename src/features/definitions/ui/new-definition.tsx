"use client";

import { LayoutTemplate } from "lucide-react";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { Button } from "../../../components/button";
import { ButtonLink } from "../../../components/button-link";
import { PageHeader } from "../../../components/page-header";
import { QueryView } from "../../../components/query-view";
import { Select } from "../../../components/select";
import { SkeletonRows } from "../../../components/skeleton";
import { toast } from "../../../components/toast";
import { useAddress } from "../../../components/use-address";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import { DefinitionEditor } from "./definition-editor";
import type { DefinitionType } from "./editor/assist";
import { useDraft } from "./use-draft";

const STARTERS: Record<DefinitionType, string> = {
  yaml: `name: My workflow
description: What it is for, in one line
phases: [build, test]
steps:
  - id: build
    phase: build
    type: script
    run: npm run build
  - id: test
    phase: test
    type: script
    run: npm test
`,
  code: `import { defineWorkflow } from "phaseboard";
import { z } from "zod";

export default defineWorkflow({
  name: "My workflow",
  description: "What it is for, in one line",
  phases: ["build", "test"],
  args: z.object({ rounds: z.number().int().min(1).default(3) }),
  async run({ args, step, phase }) {
    await phase("build");
    await step.script("build", { run: "npm run build" });
    await phase("test");
    for (let round = 1; round <= args.rounds; round++) {
      const test = await step.script(\`test-\${round}\`, { run: "npm test", continueOnError: true });
      if (test.status === "completed") return { rounds: round };
    }
    throw new Error(\`still red after \${args.rounds} rounds\`);
  },
});
`,
};

/** As the server names a text that has no file yet. */
const NEW_FILES: Record<DefinitionType, string> = {
  yaml: ".agent/workflows/definitions/new-definition.yaml",
  code: ".agent/workflows/definitions/new-definition.ts",
};

const LANGUAGES = [
  { value: "yaml", label: "YAML", hint: "Steps, one after another or side by side" },
  { value: "code", label: "TypeScript", hint: "Loops, branches and functions" },
] as const;

/** Editor for a new definition that starts as a copy of a template. */
export function NewFromTemplate({ id }: { id: string }) {
  const project = useProject();
  const template = trpc.definitions.template.useQuery({ project_id: project.id, id });
  return (
    <QueryView query={template} skeleton={<SkeletonRows label="Loading the template" />} className="flex-1">
      {({ source, type }) => <NewDefinition key={id} type={type} starter={source} from={id} />}
    </QueryView>
  );
}

/** Editor for a new definition that starts with a small working example, in the language that the address names. */
export function NewFromStarter() {
  const { get, set } = useAddress();
  const type = get("new") === "typescript" ? "code" : "yaml";
  return (
    <NewDefinition
      key={type}
      type={type}
      starter={STARTERS[type]}
      from={type === "yaml" ? "new" : "new-code"}
      choice={
        <Select
          quiet
          aria-label="Language"
          options={[...LANGUAGES]}
          value={type}
          onValueChange={(next) => set({ new: next === "code" ? "typescript" : "yaml" })}
        />
      }
    />
  );
}

function NewDefinition({
  type,
  starter,
  from,
  choice,
}: {
  type: DefinitionType;
  starter: string;
  /** What the text began as; drafts are kept apart by it. */
  from: string;
  /** Control that chooses the language. */
  choice?: ReactNode;
}) {
  const project = useProject();
  const router = useRouter();
  const utils = trpc.useUtils();
  const root = `/p/${project.slug}/definitions`;
  const draft = useDraft(`phaseboard-draft:${from}:${project.id}`, starter, null);
  const create = trpc.definitions.create.useMutation({
    onSuccess: (definition) => {
      draft.clear();
      void utils.definitions.list.invalidate();
      toast.done(`${definition.name} was created`);
      router.replace(`${root}/${definition.slug}`);
    },
  });
  const save = () => {
    if (!create.isPending) create.mutate({ project_id: project.id, source: draft.source, type });
  };
  return (
    <>
      <PageHeader
        back={{ label: "Definitions", href: root }}
        title="New definition"
        meta={choice}
        actions={
          <>
            <ButtonLink variant="ghost" href={root} className="max-sm:hidden">
              Cancel
            </ButtonLink>
            {choice ? (
              <ButtonLink variant="ghost" icon={LayoutTemplate} href={`${root}?templates`}>
                From a template
              </ButtonLink>
            ) : null}
            <Button variant="primary" busy={create.isPending || create.isSuccess} onClick={save}>
              Create definition
            </Button>
          </>
        }
      />
      <DefinitionEditor draft={draft} type={type} path={NEW_FILES[type]} error={create.error} onSave={save} />
    </>
  );
}
