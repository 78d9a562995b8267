// Package link holds the formulas of a radio link: path loss of 3GPP TR 38.901,
// antenna patterns, power per resource element, diffraction over an edge, loss of
// walls, shadowing. Functions are pure; lengths are metres, frequencies GHz unless
// a name says otherwise, levels dB or dBm.
package link

import "math"

// SpeedMPS is the speed of light as TR 38.901 rounds it for the break-point
// distance, in m/s.
const SpeedMPS = 3.0e8

// Wavelength is the wave length in metres at f GHz.
func Wavelength(fGHz float64) float64 { return SpeedMPS / (fGHz * 1e9) }

// Q is the tail of the standard normal distribution: the chance that shadowing of
// standard deviation 1 exceeds x.
func Q(x float64) float64 { return 0.5 * math.Erfc(x/math.Sqrt2) }

// FresnelM is the radius of the first Fresnel zone in metres at distances d1 and d2
// from the two ends of a path.
func FresnelM(d1M, d2M, fGHz float64) float64 {
	return math.Sqrt(Wavelength(fGHz) * d1M * d2M / (d1M + d2M))
}

// DBm is a power in watts as dBm.
func DBm(watts float64) float64 { return 10*math.Log10(watts) + 30 }
