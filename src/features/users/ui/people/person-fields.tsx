import { type Fault, faultOf } from "../../../../components/fault";
import { TextField } from "../../../../components/field";
import { NameField } from "../../../../components/name-field";

/** The fields whose faults are shown at them. */
export const PERSON_PATHS = ["name", "email"];

export interface PersonText {
  name: string;
  email: string;
}

/** Name and e-mail of somebody, in a form of an administrator. */
export function PersonFields({
  value,
  onChange,
  error,
  emailHint,
}: {
  value: PersonText;
  onChange: (value: PersonText) => void;
  error: Fault | null;
  emailHint?: string;
}) {
  return (
    <>
      <NameField
        value={value.name}
        onChange={(name) => onChange({ ...value, name })}
        error={faultOf(error, "name")}
      />
      <TextField
        label="E-mail"
        name="email"
        type="email"
        required
        autoComplete="off"
        hint={emailHint}
        value={value.email}
        onChange={(event) => onChange({ ...value, email: event.currentTarget.value })}
        error={faultOf(error, "email")}
      />
    </>
  );
}
