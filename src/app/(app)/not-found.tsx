import { ButtonLink } from "../../components/button-link";
import { FrameContent } from "../../components/frame/frame";
import { NotFoundState } from "../../components/states";

export default function NotFound() {
  return (
    <FrameContent>
      <NotFoundState
        title="There is nothing here"
        message="The address may be wrong, or what was here was deleted or renamed."
        page
        className="flex-1"
        action={<ButtonLink href="/projects">All projects</ButtonLink>}
      />
    </FrameContent>
  );
}
