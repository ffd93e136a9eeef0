"use client";

import { Unlink } from "lucide-react";
import { useState } from "react";
import { ConfirmDialog } from "../../../../components/confirm-dialog";
import { IconButton } from "../../../../components/icon-button";
import { List, ListRow } from "../../../../components/list";
import { QueryView } from "../../../../components/query-view";
import { RelativeTime } from "../../../../components/relative-time";
import { Section } from "../../../../components/section";
import { SkeletonRows } from "../../../../components/skeleton";
import { withMarks } from "../../../../lib/marks";
import { trpc } from "../../../../trpc/react";
import type { Identity } from "../../schema";
import { ProviderButton } from "./provider-button";

/** The person's accounts at the provider, and a button to link one. */
export function IdentitySettings({ provider }: { provider: string }) {
  const identities = trpc.users.identities.useQuery();
  return (
    <Section title="Single sign-on" description={`Sign in with ${provider} instead of a password.`}>
      <QueryView query={identities} skeleton={<SkeletonRows rows={1} label="Loading your linked accounts" />}>
        {(items) => (
          <>
            {items.length > 0 ? (
              <List label="Linked accounts" className="border-b border-line">
                {items.map((identity) => (
                  <IdentityRow key={identity.id} identity={identity} />
                ))}
              </List>
            ) : null}
            <div className="p-4">
              <ProviderButton
                wide={false}
                label={items.length > 0 ? "Link another account" : `Link an account of ${provider}`}
                callbackUrl="/account"
                purpose={{ purpose: "link" }}
              />
            </div>
          </>
        )}
      </QueryView>
    </Section>
  );
}

function IdentityRow({ identity }: { identity: Identity }) {
  const utils = trpc.useUtils();
  const [asking, setAsking] = useState(false);
  const unlink = trpc.users.unlink.useMutation({ onSuccess: () => utils.users.identities.invalidate() });
  return (
    <ListRow
      stacked
      title={withMarks(identity.label)}
      end={<IconButton label={`Unlink ${identity.label}`} icon={Unlink} onClick={() => setAsking(true)} />}
    >
      <span className="min-w-0 flex-1 truncate text-meta text-faint">
        {new URL(identity.issuer).host}, used <RelativeTime at={identity.last_used_at} />
      </span>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Unlink ${identity.label}?`}
        description="It does not sign you in here any more. You can link it again."
        confirmLabel="Unlink"
        onConfirm={() => unlink.mutateAsync({ id: identity.id })}
      />
    </ListRow>
  );
}
