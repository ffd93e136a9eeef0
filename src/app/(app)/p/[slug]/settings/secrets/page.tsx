import type { Metadata } from "next";
import { Sections } from "../../../../../../components/section";
import { SecretSettings } from "../../../../../../features/secrets/ui/secret-settings";

export const metadata: Metadata = { title: "Secrets · Settings" };

export default function SecretsPage() {
  return (
    <Sections>
      <h1 className="sr-only">Secrets settings</h1>
      <SecretSettings />
    </Sections>
  );
}
