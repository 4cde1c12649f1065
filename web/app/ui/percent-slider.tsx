import { Label, Slider, SliderOutput, SliderThumb, SliderTrack } from 'react-aria-components';
import './percent-slider.css';

interface Props {
  label: string;
  min?: number;
  value: number;
  onChange(value: number): void;
}

/** A similarity in per cent, in steps of a half. */
export const PercentSlider = ({ label, min = 0, value, onChange }: Props) => (
  <Slider
    className="slider"
    value={value}
    onChange={onChange}
    minValue={min}
    maxValue={100}
    step={0.5}
    formatOptions={{ style: 'unit', unit: 'percent' }}
  >
    <div className="row">
      <Label className="grow">{label}</Label>
      <SliderOutput className="number">{({ state }) => `${state.values[0]} %`}</SliderOutput>
    </div>
    <SliderTrack className="slider-track">
      <SliderThumb className="slider-thumb" />
    </SliderTrack>
  </Slider>
);
