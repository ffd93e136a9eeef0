"use client";

import { ShownOnceDialog } from "../../../components/shown-once-dialog";
import type { CreatedToken } from "../schema";
import { NewTokenDialog, type NewTokenDialogProps } from "./new-token-dialog";

/** Creates a token and shows it once. Render it only while it is open. */
export function CreateTokenDialog({
  sending,
  ...props
}: NewTokenDialogProps & {
  sending: NewTokenDialogProps["sending"] & { data: CreatedToken | undefined };
}) {
  if (!sending.data) return <NewTokenDialog sending={sending} {...props} />;
  return (
    <ShownOnceDialog
      title={`${sending.data.name} is ready`}
      description="Copy the token now: it is shown this once and kept nowhere in plain text."
      label="Token"
      text={sending.data.token}
      copyLabel="Copy token"
      onClose={props.onClose}
    />
  );
}
