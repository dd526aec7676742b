import { useId } from 'react';
import { scaleOf } from '../lib/scale';
import classes from './Bars.module.css';

export interface Bar {
  label: string;
  /** What stands in the table that screen readers get, and in the tooltip. */
  text: string;
  value: number;
  /** The part of `value` that is drawn as bad. */
  bad?: number;
  /** The value that this one is compared with. */
  before?: number;
}

interface Props {
  bars: Bar[];
  title: string;
  /** What the bars are compared with. */
  before?: string;
  format: (count: number) => string;
}

const HEIGHT = 100;

/** A bar per step over a scale, drawn as SVG; the same figures as a table for those who cannot see it. */
export function Bars({ bars, title, before, format }: Props) {
  const id = useId();
  const lines = scaleOf(Math.max(...bars.map((bar) => Math.max(bar.value, bar.before ?? 0)), 0));
  const most = lines.at(-1) ?? 1;
  const width = 100 / Math.max(1, bars.length);
  return (
    <figure className={classes.figure} aria-labelledby={id}>
      <figcaption id={id} className="visually-hidden">
        {title}
      </figcaption>
      <div className={classes.chart} aria-hidden="true">
        <div className={classes.scale} data-test-id="chart-scale">
          {[...lines].reverse().map((line) => (
            <span key={line}>{format(line)}</span>
          ))}
        </div>
        <svg className={classes.svg} viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" role="none">
          {lines.map((line) => {
            const y = HEIGHT - (line / most) * HEIGHT;
            return <line key={line} x1="0" x2="100" y1={y} y2={y} className={classes.grid} />;
          })}
          {bars.map((bar, index) => (
            <Column key={bar.label} bar={bar} x={index * width} width={width} most={most} />
          ))}
        </svg>
      </div>
      <div className={classes.axis} aria-hidden="true">
        <span>{bars[0]?.label}</span>
        {bars.length > 4 && <span>{bars[Math.floor(bars.length / 2)]?.label}</span>}
        {bars.length > 1 && <span>{bars[bars.length - 1]?.label}</span>}
      </div>
      {before && (
        <div className={classes.legend} aria-hidden="true">
          <span className={classes.mark} /> {before}
        </div>
      )}
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

function Column({ bar, x, width, most }: { bar: Bar; x: number; width: number; most: number }) {
  const tall = (value: number) => (value / most) * HEIGHT;
  const bad = tall(bar.bad ?? 0);
  const height = tall(bar.value);
  const inner = { x: x + width * 0.14, width: width * 0.72 };
  const y = HEIGHT - tall(bar.before ?? 0);
  return (
    <g>
      <title>{bar.text}</title>
      <rect x={x} width={width} y={0} height={HEIGHT} className={classes.hover} />
      <rect {...inner} y={HEIGHT - height} height={height - bad} className={classes.bar} />
      {bad > 0 && <rect {...inner} y={HEIGHT - bad} height={bad} className={classes.bad} />}
      {bar.value === 0 && <rect {...inner} y={HEIGHT - 1} height={1} className={classes.none} />}
      {bar.before !== undefined && (
        <line x1={x + width * 0.05} x2={x + width * 0.95} y1={y} y2={y} className={classes.before} />
      )}
    </g>
  );
}
