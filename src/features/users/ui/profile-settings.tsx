"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { Button } from "../../../components/button";
import { faultOf, restOfFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { QueryView } from "../../../components/query-view";
import { Section } from "../../../components/section";
import { Loading, Skeleton } from "../../../components/skeleton";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import type { Me } from "../schema";

/** The person's name; the e-mail address cannot be changed. */
export function ProfileSettings() {
  const me = trpc.users.me.useQuery();
  return (
    <Section title="Profile">
      <QueryView query={me} skeleton={<ProfileSkeleton />}>
        {(data) => <ProfileForm me={data} />}
      </QueryView>
    </Section>
  );
}

function ProfileSkeleton() {
  return (
    <Loading label="Loading your profile" className="flex flex-col gap-4 p-4">
      {["w-12", "w-14"].map((width) => (
        <div key={width} className="flex flex-col gap-2">
          <Skeleton className={width} />
          <Skeleton className="h-control w-full" />
        </div>
      ))}
    </Loading>
  );
}

function ProfileForm({ me }: { me: Me }) {
  const router = useRouter();
  const utils = trpc.useUtils();
  const [name, setName] = useState(me.name);
  const update = trpc.users.updateMe.useMutation({
    onSuccess: (saved) => {
      utils.users.me.setData(undefined, saved);
      void utils.members.invalidate();
      toast.done("Your name was changed");
      router.refresh();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate({ name });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 p-4">
      <TextField
        label="Name"
        name="name"
        required
        maxLength={100}
        autoComplete="name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faultOf(update.error, "name")}
      />
      <TextField
        label="E-mail"
        name="email"
        type="email"
        value={me.email}
        readOnly
        hint="You sign in with it."
      />
      <FormError message={restOfFault(update.error, ["name"])} />
      <div>
        <Button type="submit" busy={update.isPending} disabled={name.trim() === me.name}>
          Save
        </Button>
      </div>
    </form>
  );
}
