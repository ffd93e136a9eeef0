"use client";

import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { applyTheme, type Theme } from "./theme";

const ThemeContext = createContext<{ theme: Theme; setTheme: (theme: Theme) => void } | null>(null);

/** `initial` is what the server rendered. */
export function ThemeProvider({ initial, children }: { initial: Theme; children: ReactNode }) {
  const [theme, setTheme] = useState(initial);
  const value = useMemo(
    () => ({
      theme,
      setTheme: (next: Theme) => {
        setTheme(next);
        applyTheme(next);
      },
    }),
    [theme],
  );
  return <ThemeContext value={value}>{children}</ThemeContext>;
}

export function useTheme() {
  const context = useContext(ThemeContext);
  if (!context) throw new Error("the theme is used outside of ThemeProvider");
  return context;
}
