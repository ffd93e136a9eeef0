"use client";

import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../../components/badge";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { cx } from "../../../components/cx";
import { IconButton } from "../../../components/icon-button";
import { List, ListRow } from "../../../components/list";
import { RelativeTime } from "../../../components/relative-time";
import { useNow } from "../../../components/use-now";
import { withMarks } from "../../../lib/marks";
import { highestScope, type TokenScope } from "../../../model/roles";
import type { ApiToken } from "../schema";

/** What a token may do, said behind its name; nothing where it may all. */
const MAY: Record<TokenScope, string | null> = { read: "reads", run: "reads and runs", write: null };

/** Tokens with what they may, for which project, and how long; `ofOne`: all are for the project that is shown. */
export function TokenList({
  label,
  tokens,
  ofOne = false,
  onRevoke,
}: {
  label: string;
  tokens: ApiToken[];
  ofOne?: boolean;
  onRevoke: (id: string) => Promise<unknown>;
}) {
  return (
    <List label={label}>
      {tokens.map((token) => (
        <TokenRow key={token.id} token={token} ofOne={ofOne} onRevoke={() => onRevoke(token.id)} />
      ))}
    </List>
  );
}

interface RowProps {
  token: ApiToken;
  onRevoke: () => Promise<unknown>;
}

function TokenRow({ token, ofOne, onRevoke }: RowProps & { ofOne: boolean }) {
  const now = useNow();
  const expired = token.expires_at !== null && now !== null && Date.parse(token.expires_at) <= now;
  const dead = expired || token.revoked_at !== null;
  const may = MAY[highestScope(token.scopes)];
  return (
    <ListRow
      title={<span className={cx(dead && "text-faint")}>{withMarks(token.name)}</span>}
      stacked
      end={token.revoked_at === null ? <RevokeToken token={token} onRevoke={onRevoke} /> : null}
    >
      <code className="text-code text-faint">{token.prefix}…</code>
      {may ? <Badge>{may}</Badge> : null}
      {token.project_name !== null && !ofOne ? <Badge>{withMarks(token.project_name)}</Badge> : null}
      {token.revoked_at !== null ? (
        <Badge>Revoked</Badge>
      ) : expired ? (
        <Badge tone="warning">Expired</Badge>
      ) : null}
      <span className="min-w-0 text-meta text-faint sm:flex-1 sm:text-right">
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

function RevokeToken({ token, onRevoke }: RowProps) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <IconButton label={`Revoke ${token.name}`} icon={Trash2} onClick={() => setAsking(true)} />
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Revoke ${token.name}?`}
        description="Whatever uses this token is refused from now on. It cannot be undone."
        confirmLabel="Revoke token"
        onConfirm={onRevoke}
      />
    </>
  );
}
