/** Milliseconds after which a processor's script or form counts as not coming. */
export const PATIENCE = 15_000;

/** Browsers inside other apps open no windows: there a processor takes the whole page, and comes back to it. */
export const IN_APP = /FBA[NV]|Instagram|; wv\)/;

/** Loads a processor's script once; its globals are there then. Rejects where it is blocked, broken or too slow. */
export function loadScript(url: string): Promise<void> {
  return inTime(
    new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = url;
      script.onload = () => resolve();
      script.onerror = () => reject(new Error(`${url} did not load`));
      document.head.append(script);
    }),
  );
}

export function inTime<T>(work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('too late')), PATIENCE));
  return Promise.race([work, late]);
}
