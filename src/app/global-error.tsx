"use client";

import { Button } from "../components/button";
import { PlainPage } from "../components/frame/plain-page";
import "./globals.css";

/** For when the root layout itself fails. */
export default function GlobalError({ reset }: { reset: () => void }) {
  return (
    <html lang="en">
      <head>
        <title>Phaseboard failed</title>
      </head>
      <body>
        <PlainPage title="Phaseboard failed" intro="Try again. If it stays, the server's log says why.">
          <Button variant="primary" onClick={reset} className="w-full">
            Try again
          </Button>
        </PlainPage>
      </body>
    </html>
  );
}
