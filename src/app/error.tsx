"use client";

import { Button } from "../components/button";
import { PlainPage } from "../components/frame/plain-page";

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <PlainPage
      title="This page failed"
      intro={
        <>
          Try again. If it stays, whoever runs the server finds the reason in its log
          {error.digest ? (
            <>
              {" under "}
              <code className="text-code">{error.digest}</code>
            </>
          ) : null}
          .
        </>
      }
    >
      <Button variant="primary" onClick={reset} className="w-full">
        Try again
      </Button>
    </PlainPage>
  );
}
