"use client";

import { LogOut, MonitorSmartphone } from "lucide-react";
import { signOut } from "next-auth/react";
import { useState } from "react";
import { Badge } from "../../../components/badge";
import { Button } from "../../../components/button";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { IconButton } from "../../../components/icon-button";
import { List, ListRow } from "../../../components/list";
import { QueryView } from "../../../components/query-view";
import { RelativeTime } from "../../../components/relative-time";
import { Section } from "../../../components/section";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import type { Session } from "../schema";

/** Where the person is signed in. */
export function SessionSettings() {
  const sessions = trpc.sessions.list.useQuery();
  const others = sessions.data?.items.some(({ current }) => !current) ?? false;
  return (
    <Section
      title="Sessions"
      description="The browsers in which you are signed in. Tokens are not among them."
      actions={
        <>
          <Button onClick={() => void signOut({ callbackUrl: "/signin" })}>Sign out</Button>
          {others ? <SignOutOthers /> : null}
        </>
      }
    >
      <QueryView query={sessions} skeleton={<SkeletonRows rows={2} label="Loading your sessions" />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={MonitorSmartphone} title="No sessions" className="py-8">
              This browser was signed out. Reload the page to sign in.
            </EmptyState>
          ) : (
            <List label="Sessions">
              {items.map((session) => (
                <SessionRow key={session.id} session={session} />
              ))}
            </List>
          )
        }
      </QueryView>
    </Section>
  );
}

function SessionRow({ session }: { session: Session }) {
  return (
    <ListRow title={session.device} stacked end={session.current ? null : <EndSession session={session} />}>
      {session.current ? <Badge tone="accent">This one</Badge> : null}
      <code className="text-code text-faint">{session.address}</code>
      <span className="min-w-0 text-meta text-faint sm:flex-1 sm:text-right">
        signed in <RelativeTime at={session.created_at} />
        {session.current ? null : (
          <>
            , seen <RelativeTime at={session.last_seen_at} />
          </>
        )}
      </span>
    </ListRow>
  );
}

function EndSession({ session }: { session: Session }) {
  const utils = trpc.useUtils();
  const [asking, setAsking] = useState(false);
  const end = trpc.sessions.end.useMutation({ onSettled: () => utils.sessions.list.invalidate() });
  return (
    <>
      <IconButton label={`Sign out ${session.device}`} icon={LogOut} onClick={() => setAsking(true)} />
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Sign out ${session.device}?`}
        description="Whoever uses that browser has to sign in again. What is open there stops within 3 seconds."
        confirmLabel="Sign it out"
        onConfirm={() => end.mutateAsync({ id: session.id })}
      />
    </>
  );
}

function SignOutOthers() {
  const utils = trpc.useUtils();
  const [asking, setAsking] = useState(false);
  const end = trpc.sessions.endOthers.useMutation({
    onSuccess: () => toast.done("Your other sessions were ended"),
    onSettled: () => utils.sessions.list.invalidate(),
  });
  return (
    <>
      <Button onClick={() => setAsking(true)}>Sign out all others</Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Sign out all other browsers?"
        description="Each of them but this one asks for your password again. Tokens stay valid."
        confirmLabel="Sign out all others"
        danger={false}
        onConfirm={() => end.mutateAsync()}
      />
    </>
  );
}
