import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

/** What is needed of an infinite query. */
export interface Pages {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly isFetchNextPageError: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
}

/** Fetched before its place comes in sight, so that scrolling does not stop at the end of a page. */
const AHEAD = "1200px";

/** Fetches the next page of a list as its end comes near; the button is for keyboards, and for when fetching failed. */
export function LoadMore({ query }: { readonly query: Pages }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const wanted = hasNextPage && !isFetchingNextPage && !isFetchNextPageError;
  useEffect(() => {
    if (!wanted || place.current === null) return undefined;
    const near = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) void fetchNextPage();
      },
      { rootMargin: AHEAD },
    );
    near.observe(place.current);
    return () => near.disconnect();
  }, [wanted, fetchNextPage]);
  if (!hasNextPage) return null;
  return (
    <div ref={place}>
      <Button variant="default" mt="md" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {t("common.showMore")}
      </Button>
    </div>
  );
}
