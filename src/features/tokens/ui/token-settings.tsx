"use client";

import { KeyRound, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../../components/badge";
import { Button } from "../../../components/button";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { cx } from "../../../components/cx";
import { IconButton } from "../../../components/icon-button";
import { List, ListRow } from "../../../components/list";
import { QueryView } from "../../../components/query-view";
import { RelativeTime } from "../../../components/relative-time";
import { Section } from "../../../components/section";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { useNow } from "../../../components/use-now";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import type { ApiToken } from "../schema";
import { CreateTokenDialog } from "./create-token-dialog";

/** The person's own tokens for scripts and apps. */
export function TokenSettings() {
  const tokens = trpc.tokens.list.useQuery();
  const [creating, setCreating] = useState(false);
  return (
    <Section
      title="API tokens"
      description="A token lets a script or an app do what you may do. Revoke one, and it stops at once."
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
            <List label="API tokens">
              {items.map((token) => (
                <TokenRow key={token.id} token={token} />
              ))}
            </List>
          )
        }
      </QueryView>
      {creating ? <CreateTokenDialog onClose={() => setCreating(false)} /> : null}
    </Section>
  );
}

function TokenRow({ token }: { token: ApiToken }) {
  const now = useNow();
  const expired = token.expires_at !== null && now !== null && Date.parse(token.expires_at) <= now;
  const dead = expired || token.revoked_at !== null;
  return (
    <ListRow
      title={<span className={cx(dead && "text-faint")}>{withMarks(token.name)}</span>}
      className="flex-wrap"
      end={token.revoked_at === null ? <RevokeToken token={token} /> : null}
    >
      <code className="text-code text-faint">{token.prefix}…</code>
      {token.revoked_at !== null ? (
        <Badge>Revoked</Badge>
      ) : expired ? (
        <Badge tone="warning">Expired</Badge>
      ) : null}
      <span className="min-w-0 flex-1 text-right text-meta text-faint max-sm:order-last max-sm:basis-full max-sm:text-left">
        {token.last_used_at ? (
          <>
            used <RelativeTime at={token.last_used_at} />
          </>
        ) : (
          "never used"
        )}
        {dead ? null : token.expires_at ? (
          <>
            , expires <RelativeTime at={token.expires_at} />
          </>
        ) : (
          ", does not expire"
        )}
      </span>
    </ListRow>
  );
}

function RevokeToken({ token }: { token: ApiToken }) {
  const utils = trpc.useUtils();
  const [asking, setAsking] = useState(false);
  const revoke = trpc.tokens.revoke.useMutation({ onSuccess: () => utils.tokens.list.invalidate() });
  return (
    <>
      <IconButton label={`Revoke ${token.name}`} icon={Trash2} onClick={() => setAsking(true)} />
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Revoke ${token.name}?`}
        description="Whatever uses this token is refused from now on. It cannot be undone."
        confirmLabel="Revoke token"
        onConfirm={() => revoke.mutateAsync({ id: token.id })}
      />
    </>
  );
}
