"use client";

import { FrameContent } from "../../components/frame/frame";
import { ErrorState } from "../../components/states";

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const place = error.digest ? ` under ${error.digest}` : "";
  return (
    <FrameContent>
      <ErrorState
        title="This page failed"
        message={`Try again. If it stays, whoever runs the server finds the reason in its log${place}.`}
        onRetry={reset}
        page
        className="flex-1"
      />
    </FrameContent>
  );
}
