import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { Announcer } from "../components/announcer";
import { PopupPlace } from "../components/popups";
import { THEME_COOKIE, themeOf } from "../components/theme";
import { ThemeProvider } from "../components/theme-provider";
import { TrpcProvider } from "../trpc/react";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Phaseboard", template: "%s · Phaseboard" },
  description: "Durable workflows on a board that a team works on together.",
  robots: { index: false },
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  viewportFit: "cover",
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = themeOf((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <html lang="en" data-theme={theme === "system" ? undefined : theme}>
      <body>
        <TrpcProvider>
          <ThemeProvider initial={theme}>
            {children}
            <PopupPlace />
            <Announcer />
          </ThemeProvider>
        </TrpcProvider>
      </body>
    </html>
  );
}
