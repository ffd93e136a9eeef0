"use client";

import { Bot, Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button";
import { QueryView } from "../../../components/query-view";
import { Section } from "../../../components/section";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import { CreateTokenDialog } from "./create-token-dialog";
import { TokenList } from "./token-list";

/** The tokens of the project's machine account, for who may change the project's settings. */
export function MachineSettings() {
  const project = useProject();
  return project.may("project:write") ? <MachineTokens project_id={project.id} /> : null;
}

function MachineTokens({ project_id }: { project_id: string }) {
  const utils = trpc.useUtils();
  const tokens = trpc.machineTokens.list.useQuery({ project_id });
  const revoke = trpc.machineTokens.revoke.useMutation({
    onSuccess: () => utils.machineTokens.list.invalidate({ project_id }),
  });
  const [creating, setCreating] = useState(false);
  return (
    <Section
      title="Machine account"
      description="Its tokens belong to the project and stay when people leave. What they start is in the name of the project's machine."
      actions={
        <Button icon={Plus} onClick={() => setCreating(true)}>
          New machine token
        </Button>
      }
    >
      <QueryView query={tokens} skeleton={<SkeletonRows rows={2} label="Loading the machine's tokens" />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={Bot} title="No machine tokens yet" className="py-8">
              Make one for what runs without a person, for example your CI.
            </EmptyState>
          ) : (
            <TokenList
              label="Machine tokens"
              tokens={items}
              ofOne
              onRevoke={(id) => revoke.mutateAsync({ project_id, id })}
            />
          )
        }
      </QueryView>
      {creating ? <CreateMachineToken project_id={project_id} onClose={() => setCreating(false)} /> : null}
    </Section>
  );
}

function CreateMachineToken({ project_id, onClose }: { project_id: string; onClose: () => void }) {
  const utils = trpc.useUtils();
  const create = trpc.machineTokens.create.useMutation({
    onSuccess: () => utils.machineTokens.list.invalidate({ project_id }),
  });
  return (
    <CreateTokenDialog
      forProject={false}
      sending={create}
      onCreate={({ project_id: _, ...token }) => create.mutate({ ...token, project_id })}
      onClose={onClose}
    />
  );
}
