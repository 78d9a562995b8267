package radio

import (
	"math"

	"yiju/analysis/radio/link"
)

// Quick forms of the functions that are needed for every pixel of every cell. Their
// errors stay far below 0.001 dB of a level; tests hold them against package math.

const (
	quickBits = 8
	quickSize = 1 << quickBits
)

// log2Table holds log2(1+i/256), exp2Table 2^(i/256), each with its last value.
var (
	log2Table = tabulate(func(x float64) float64 { return math.Log2(1 + x) })
	exp2Table = tabulate(math.Exp2)
)

func tabulate(f func(float64) float64) (out [quickSize + 1]float64) {
	for i := range out {
		out[i] = f(float64(i) / quickSize)
	}
	return out
}

const mantissaBits = 52

// quickLog2 is log2(x) for positive normal x, within 3e-6.
func quickLog2(x float64) float64 {
	b := math.Float64bits(x)
	exponent := float64(int(b>>mantissaBits) - 1023)
	i := b >> (mantissaBits - quickBits) & (quickSize - 1)
	rest := float64(b&(1<<(mantissaBits-quickBits)-1)) * (1.0 / (1 << (mantissaBits - quickBits)))
	low := log2Table[i]
	return exponent + low + (log2Table[i+1]-low)*rest
}

// Bounds of quickExp2's argument.
const leastExponent, mostExponent = -1000.0, 1000.0

// quickExp2 is 2^x within a millionth part of it; x is held within ±1000.
func quickExp2(x float64) float64 {
	x = min(max(x, leastExponent), mostExponent)
	whole := math.Floor(x)
	f := (x - whole) * quickSize
	i := int(f)
	low := exp2Table[i]
	v := low + (exp2Table[i+1]-low)*(f-float64(i))
	return v * math.Float64frombits(uint64(int(whole)+1023)<<mantissaBits)
}

// atanTable holds atan(i/512).
var atanTable = func() (out [atanSize + 2]float64) {
	for i := range out {
		out[i] = math.Atan(float64(i) / atanSize)
	}
	return out
}()

const atanSize = 512

// quickAtan is the arc tangent of 0 ≤ x ≤ 1 in radians within 4e-7.
func quickAtan(x float64) float64 {
	x *= atanSize
	i := int(x)
	low := atanTable[i]
	return low + (atanTable[i+1]-low)*(x-float64(i))
}

// quickAngle is the angle in radians, 0 to π, between the x axis and (x, y), y ≥ 0.
func quickAngle(y, x float64) float64 {
	size := max(x, -x)
	switch {
	case y <= size:
		if size == 0 {
			return 0
		}
		if x > 0 {
			return quickAtan(y / size)
		}
		return math.Pi - quickAtan(y/size)
	case x >= 0:
		return math.Pi/2 - quickAtan(x/y)
	}
	return math.Pi/2 + quickAtan(-x/y)
}

// decibel is how many dB a doubling of a power is.
const decibel = 10 * math.Ln2 * math.Log10E

// quickEdgeDB is link.EdgeDB of the parameter whose square is v2, for edges in the
// path.
func quickEdgeDB(v2 float32) float64 {
	v := math.Sqrt(float64(v2)) - 0.1
	return 6.9 + 2*decibel*quickLog2(math.Sqrt(v*v+1)+v)
}

// qTable holds link.Q from −8 on, in steps of 1/128.
var qTable = func() (out [qSize + 2]float64) {
	for i := range out {
		out[i] = link.Q(float64(i)/qSteps - qReach)
	}
	return out
}()

const (
	qReach = 8
	qSteps = 128
	qSize  = 2 * qReach * qSteps
)

// quickQ is link.Q within 2e-6.
func quickQ(x float64) float64 {
	x = (min(max(x, -qReach), qReach) + qReach) * qSteps
	i := int(x)
	return qTable[i] + (qTable[i+1]-qTable[i])*(x-float64(i))
}
