import { ButtonLink } from "../components/button-link";
import { PlainPage } from "../components/frame/plain-page";

export default function NotFound() {
  return (
    <PlainPage title="There is no such page" intro="The address may be wrong, or what was here is gone.">
      <ButtonLink href="/" className="w-full">
        Go to your projects
      </ButtonLink>
    </PlainPage>
  );
}
