import { useId } from 'react';
import classes from './Bars.module.css';

export interface Bar {
  label: string;
  /** What stands in the table that screen readers get, and in the tooltip. */
  text: string;
  value: number;
  /** The part of `value` that is drawn as bad. */
  bad?: number;
}

const HEIGHT = 100;

/** A bar per step, drawn as SVG; the same figures as a table for those who cannot see it. */
export function Bars({ bars, title }: { bars: Bar[]; title: string }) {
  const id = useId();
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  const width = 100 / Math.max(1, bars.length);
  return (
    <figure className={classes.figure} aria-labelledby={id}>
      <figcaption id={id} className="visually-hidden">
        {title}
      </figcaption>
      <svg
        className={classes.svg}
        viewBox={`0 0 100 ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {[0.25, 0.5, 0.75].map((at) => (
          <line key={at} x1="0" x2="100" y1={HEIGHT * at} y2={HEIGHT * at} className={classes.grid} />
        ))}
        {bars.map((bar, index) => {
          const height = (bar.value / most) * (HEIGHT - 4);
          const bad = ((bar.bad ?? 0) / most) * (HEIGHT - 4);
          const x = index * width + width * 0.14;
          return (
            <g key={bar.label}>
              <title>{bar.text}</title>
              <rect x={index * width} width={width} y={0} height={HEIGHT} className={classes.hover} />
              <rect
                x={x}
                width={width * 0.72}
                y={HEIGHT - height}
                height={height - bad}
                className={classes.bar}
              />
              {bad > 0 && (
                <rect x={x} width={width * 0.72} y={HEIGHT - bad} height={bad} className={classes.bad} />
              )}
              {bar.value === 0 && (
                <rect x={x} width={width * 0.72} y={HEIGHT - 1} height={1} className={classes.none} />
              )}
            </g>
          );
        })}
      </svg>
      <div className={classes.axis} aria-hidden="true">
        <span>{bars[0]?.label}</span>
        {bars.length > 4 && <span>{bars[Math.floor(bars.length / 2)]?.label}</span>}
        {bars.length > 1 && <span>{bars[bars.length - 1]?.label}</span>}
      </div>
      <table className="visually-hidden">
        <caption>{title}</caption>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.label}>
              <th scope="row">{bar.label}</th>
              <td>{bar.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
