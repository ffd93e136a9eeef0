import { ButtonLink } from "../../components/button";
import { Content } from "../../components/frame/frame";
import { ForbiddenState } from "../../components/states";

export default function Forbidden() {
  return (
    <Content>
      <ForbiddenState
        title="You are not a member of this project"
        message="One of its owners can add you, by the e-mail that you sign in with."
        page
        className="flex-1"
        action={<ButtonLink href="/projects">Your projects</ButtonLink>}
      />
    </Content>
  );
}
