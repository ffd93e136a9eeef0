"use client";

import { signOut } from "next-auth/react";
import { useState } from "react";
import { Button } from "../../../components/button";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { Section } from "../../../components/section";
import { trpc } from "../../../trpc/react";

const leave = () => signOut({ callbackUrl: "/signin" });

export function SessionSettings() {
  const [asking, setAsking] = useState(false);
  const end = trpc.users.signOutEverywhere.useMutation();
  return (
    <Section title="Sessions">
      <div className="flex flex-wrap items-center justify-between gap-3 p-4">
        <p className="min-w-0 flex-1 basis-60 text-pretty text-muted">
          Signing out everywhere ends your sessions in every browser at once. Tokens stay valid.
        </p>
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => void leave()}>Sign out</Button>
          <Button onClick={() => setAsking(true)}>Sign out everywhere</Button>
        </div>
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Sign out everywhere?"
        description="Every browser in which you are signed in, this one too, asks for your password again."
        confirmLabel="Sign out everywhere"
        danger={false}
        onConfirm={async () => {
          await end.mutateAsync();
          await leave();
        }}
      />
    </Section>
  );
}
