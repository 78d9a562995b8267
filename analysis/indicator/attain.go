package indicator

import (
	"math/big"
	"strconv"
)

// Attainable tells whether some whole number of n gives a share that a person could
// have written as percent with so many decimals: rounded up, down or to the nearest.
// 80 % of 2 is not attainable, 67 % of 3 is. Without things to count nothing is.
func Attainable(n int, percent float64, decimals int) bool {
	if n <= 0 {
		return false
	}
	stated := exact(percent)
	// k is near percent × n ÷ 100; its neighbours are all that can be meant.
	near := new(big.Rat).Mul(stated, big.NewRat(int64(n), 100))
	floor := new(big.Int).Quo(near.Num(), near.Denom())
	last := big.NewRat(1, 1)
	for range min(max(decimals, 0), 15) {
		last.Mul(last, big.NewRat(1, 10))
	}
	for d := int64(-1); d <= 2; d++ {
		k := new(big.Int).Add(floor, big.NewInt(d))
		if k.Sign() < 0 || k.Cmp(big.NewInt(int64(n))) > 0 {
			continue
		}
		share := new(big.Rat).SetFrac(new(big.Int).Mul(k, big.NewInt(100)), big.NewInt(int64(n)))
		off := share.Sub(share, stated)
		if off.Abs(off).Cmp(last) < 0 {
			return true
		}
	}
	return false
}

// Needed is the least count of so many that meets a threshold in per cent, for "at
// least" and "more than", and the greatest for "at most" and "less than"; false
// where no count does, or for another operator.
func Needed(op Operator, percent float64, of int) (count int, ok bool) {
	if of < 0 {
		return 0, false
	}
	meets := func(k int) bool {
		c := new(big.Rat).SetInt64(100 * int64(k)).Cmp(new(big.Rat).Mul(exact(percent), new(big.Rat).SetInt64(int64(of))))
		switch op {
		case AtLeast:
			return c >= 0
		case Above:
			return c > 0
		case AtMost:
			return c <= 0
		case Below:
			return c < 0
		}
		return false
	}
	up := op == AtLeast || op == Above
	if !up && op != AtMost && op != Below {
		return 0, false
	}
	// The counts that meet it are the upper or the lower end of 0 … of.
	low, high := 0, of
	if up && !meets(of) || !up && !meets(0) {
		return 0, false
	}
	for low < high {
		if up {
			if mid := (low + high) / 2; meets(mid) {
				high = mid
			} else {
				low = mid + 1
			}
			continue
		}
		if mid := (low + high + 1) / 2; meets(mid) {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return low, true
}

// exact is the decimal number that a person wrote, without the error of a float64.
func exact(v float64) *big.Rat {
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(v, 'f', -1, 64))
	if !ok {
		return new(big.Rat)
	}
	return r
}
