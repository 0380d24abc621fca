import { Center, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../ui/problem.tsx";
import { sessionQuery } from "./session.ts";

const Login = lazy(() => import("./login.tsx"));
const SetPassword = lazy(() => import("./set-password.tsx"));

/** Props of {@link Gate}. */
export interface GateProps {
  /** Code of the one-time link that was followed to get here. */
  readonly code: string | undefined;
  readonly children: React.ReactNode;
}

/** Shows the console to who is logged in, and the login to all others, at the address they asked for. */
export function Gate({ code, children }: GateProps) {
  const { t } = useTranslation();
  const session = useQuery({ ...sessionQuery, enabled: code === undefined });
  const [byLink, setByLink] = useState(code);
  const [asked, setAsked] = useState(code !== undefined);
  const wait = (
    <Center mih="60vh">
      <Loader aria-label={t("common.loading")} />
    </Center>
  );
  if (session.data === undefined && byLink === undefined) {
    return session.error === null ? wait : <Problem error={session.error} onRetry={() => void session.refetch()} />;
  }
  if (session.data === null || session.data === undefined) {
    return (
      <Suspense fallback={wait}>
        <Login code={byLink} onCodeUsed={() => setByLink(undefined)} />
      </Suspense>
    );
  }
  if (asked && !session.data.hasPassword && session.data.expiresAt !== undefined) {
    return (
      <Suspense fallback={wait}>
        <SetPassword onDone={() => setAsked(false)} />
      </Suspense>
    );
  }
  return children;
}
