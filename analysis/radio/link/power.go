package link

import "math"

// carrier is a row of the tables of transmission bandwidth configurations.
type carrier struct {
	scsKHz, bandwidthMHz float64
	blocks               int
}

// blocks are N_RB of TS 38.101-1, table 5.3.2-1 (FR1), and TS 38.101-2, table
// 5.3.2-1 (FR2, from 120 kHz and from 200 MHz at 60 kHz).
var blocks = [...]carrier{
	{15, 3, 15}, {15, 5, 25}, {15, 10, 52}, {15, 15, 79}, {15, 20, 106}, {15, 25, 133},
	{15, 30, 160}, {15, 35, 188}, {15, 40, 216}, {15, 45, 242}, {15, 50, 270},

	{30, 5, 11}, {30, 10, 24}, {30, 15, 38}, {30, 20, 51}, {30, 25, 65}, {30, 30, 78},
	{30, 35, 92}, {30, 40, 106}, {30, 45, 119}, {30, 50, 133}, {30, 60, 162},
	{30, 70, 189}, {30, 80, 217}, {30, 90, 245}, {30, 100, 273},

	{60, 10, 11}, {60, 15, 18}, {60, 20, 24}, {60, 25, 31}, {60, 30, 38}, {60, 35, 44},
	{60, 40, 51}, {60, 45, 58}, {60, 50, 65}, {60, 60, 79}, {60, 70, 93}, {60, 80, 107},
	{60, 90, 121}, {60, 100, 135}, {60, 200, 264},

	{120, 50, 32}, {120, 100, 66}, {120, 200, 132}, {120, 400, 264},
}

// Blocks is the number of resource blocks of a carrier; false for a bandwidth that
// is not defined with this subcarrier spacing.
func Blocks(scsKHz, bandwidthMHz float64) (n int, ok bool) {
	for _, c := range blocks {
		if c.scsKHz == scsKHz && c.bandwidthMHz == bandwidthMHz {
			return c.blocks, true
		}
	}
	return 0, false
}

// EPREdBm is the power of one resource element when totalDBm, over all ports, is
// spread evenly over n resource blocks of 12 subcarriers.
func EPREdBm(totalDBm float64, n int) float64 { return totalDBm - 10*math.Log10(12*float64(n)) }

// thermalDBm is the thermal noise of 1 Hz at 290 K.
const thermalDBm = -174.0

// NoiseDBm is the noise in one resource element at a receiver of a noise figure.
func NoiseDBm(scsKHz, figureDB float64) float64 {
	return thermalDBm + 10*math.Log10(scsKHz*1e3) + figureDB
}

// SINRdB is the ratio of one resource element: all levels in mW, others the sum of
// the other cells, load the share of the time in which they send.
func SINRdB(signal, others, load, noise float64) float64 {
	return 10 * math.Log10(signal/(load*others+noise))
}
