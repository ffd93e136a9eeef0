"use client";

import { type FormEvent, useState } from "react";
import { Button } from "../../../components/button";
import { faultOf, restOfFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { QueryView } from "../../../components/query-view";
import { Section } from "../../../components/section";
import { SkeletonRows } from "../../../components/skeleton";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import type { InstallationSettings } from "../schema";

const PATHS = ["session_idle_days", "session_days", "token_days"];

/** How long sessions and tokens live; for administrators. */
export function SignInSettings() {
  const settings = trpc.installation.get.useQuery();
  return (
    <Section
      title="Sessions and tokens"
      description="How long everybody's live. What began before keeps its end, but for the days without use."
    >
      <QueryView query={settings} skeleton={<SkeletonRows rows={3} label="Loading the settings" />}>
        {(data) => <SettingsForm key={JSON.stringify(data)} settings={data} />}
      </QueryView>
    </Section>
  );
}

function SettingsForm({ settings }: { settings: InstallationSettings }) {
  const utils = trpc.useUtils();
  const [idle, setIdle] = useState(String(settings.session_idle_days));
  const [session, setSession] = useState(String(settings.session_days));
  const [token, setToken] = useState(settings.token_days === null ? "" : String(settings.token_days));
  const update = trpc.installation.update.useMutation({
    onSuccess: (saved) => {
      utils.installation.get.setData(undefined, saved);
      toast.done("Settings saved");
    },
  });
  const changes = {
    session_idle_days: Number(idle),
    session_days: Number(session),
    token_days: token === "" ? null : Number(token),
  };
  const changed =
    changes.session_idle_days !== settings.session_idle_days ||
    changes.session_days !== settings.session_days ||
    changes.token_days !== settings.token_days;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate(changes);
  };
  const days = { type: "number", inputMode: "numeric", min: 1, max: 3650, className: "sm:w-60" } as const;
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 p-4">
      <TextField
        {...days}
        label="Days without use"
        name="session_idle_days"
        required
        hint="A browser that was not used for so long is signed out."
        value={idle}
        onChange={(event) => setIdle(event.currentTarget.value)}
        error={faultOf(update.error, "session_idle_days")}
      />
      <TextField
        {...days}
        label="Days after a sign-in"
        name="session_days"
        required
        hint="Every browser is signed out after so long."
        value={session}
        onChange={(event) => setSession(event.currentTarget.value)}
        error={faultOf(update.error, "session_days")}
      />
      <TextField
        {...days}
        label="Longest life of a token in days"
        name="token_days"
        optional
        hint="Empty: a token need not end."
        value={token}
        onChange={(event) => setToken(event.currentTarget.value)}
        error={faultOf(update.error, "token_days")}
      />
      <FormError message={restOfFault(update.error, PATHS)} />
      <div>
        <Button type="submit" busy={update.isPending} disabled={!changed}>
          Save
        </Button>
      </div>
    </form>
  );
}
