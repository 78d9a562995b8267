package survey

import "math"

// Figures say how well predictions meet measurements.
type Figures struct {
	Rows int `json:"rows"`
	// BiasDB is predicted minus measured on average; SigmaDB the standard deviation
	// of the difference; RMSEDB holds both.
	BiasDB  float64 `json:"bias_db"`
	SigmaDB float64 `json:"sigma_db"`
	RMSEDB  float64 `json:"rmse_db"`
	// Correlation is Pearson's; 0 where one side does not vary.
	Correlation float64 `json:"correlation"`
	// MeasuredSDDB is the standard deviation of the measurements themselves: what a
	// prediction of their mean would leave.
	MeasuredSDDB float64 `json:"measured_sd_db"`
	// MeasuredDBm and PredictedDBm are means.
	MeasuredDBm  float64 `json:"measured_dbm"`
	PredictedDBm float64 `json:"predicted_dbm"`
}

// Tally gathers pairs of levels.
type tally struct{ n, x, y, xx, yy, xy float64 }

// levelNear keeps sums small: levels are counted from here.
const levelNear = -90.0

func (t *tally) add(predicted, measured float64) {
	x, y := predicted-levelNear, measured-levelNear
	t.n++
	t.x += x
	t.y += y
	t.xx += x * x
	t.yy += y * y
	t.xy += x * y
}

func (t *tally) figures() Figures {
	if t.n == 0 {
		return Figures{}
	}
	mx, my := t.x/t.n, t.y/t.n
	vx, vy, vxy := max(t.xx/t.n-mx*mx, 0), max(t.yy/t.n-my*my, 0), t.xy/t.n-mx*my
	spread := max(vx+vy-2*vxy, 0)
	f := Figures{Rows: int(t.n), BiasDB: mx - my, SigmaDB: math.Sqrt(spread), MeasuredSDDB: math.Sqrt(vy),
		MeasuredDBm: my + levelNear, PredictedDBm: mx + levelNear}
	f.RMSEDB = math.Sqrt(spread + f.BiasDB*f.BiasDB)
	if vx > 1e-9 && vy > 1e-9 {
		f.Correlation = vxy / math.Sqrt(vx*vy)
	}
	return f
}
