"use client";

import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button";
import { QueryView } from "../../../components/query-view";
import { Section } from "../../../components/section";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { trpc } from "../../../trpc/react";
import { CreateTokenDialog } from "./create-token-dialog";
import { TokenList } from "./token-list";

/** The person's own tokens for scripts and apps. */
export function TokenSettings() {
  const utils = trpc.useUtils();
  const tokens = trpc.tokens.list.useQuery();
  const revoke = trpc.tokens.revoke.useMutation({ onSuccess: () => utils.tokens.list.invalidate() });
  const [creating, setCreating] = useState(false);
  return (
    <Section
      title="API tokens"
      description="A token lets a script or an app do what you may do, or less. Revoke one, and it stops at once."
      actions={
        <Button icon={Plus} onClick={() => setCreating(true)}>
          New token
        </Button>
      }
    >
      <QueryView query={tokens} skeleton={<SkeletonRows rows={2} label="Loading your tokens" />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={KeyRound} title="No tokens yet" className="py-8">
              Make one to call the API from a script, as{" "}
              <code className="text-code">Authorization: Bearer pb_…</code>
            </EmptyState>
          ) : (
            <TokenList label="API tokens" tokens={items} onRevoke={(id) => revoke.mutateAsync({ id })} />
          )
        }
      </QueryView>
      {creating ? <CreateOwnToken onClose={() => setCreating(false)} /> : null}
    </Section>
  );
}

function CreateOwnToken({ onClose }: { onClose: () => void }) {
  const utils = trpc.useUtils();
  const create = trpc.tokens.create.useMutation({ onSuccess: () => utils.tokens.list.invalidate() });
  return (
    <CreateTokenDialog
      forProject
      sending={create}
      onCreate={(token) => create.mutate(token)}
      onClose={onClose}
    />
  );
}
