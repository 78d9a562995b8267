package sight

import "yiju/geo"

// Advice asks for the fewest more cameras that cover the key points that are open,
// on the corners of buildings and on lamp posts.
type Advice struct {
	// Camera is what would be put up.
	Camera Proposal `json:"camera"`
	// Most bounds how many are proposed: 20.
	Most int `json:"most"`
}

// Proposal is a camera that would be put up, aimed at will. Fields left 0 take the
// product's choice: 4 m, 80° × 50°, 2560 pixels.
type Proposal struct {
	HeightM float64 `json:"height_m" yaml:"height_m"`
	HFOVDeg float64 `json:"hfov_deg" yaml:"hfov_deg"`
	VFOVDeg float64 `json:"vfov_deg" yaml:"vfov_deg"`
	PixelsW float64 `json:"pixels_w" yaml:"pixels_w"`
	// RangeM is 0 where pixels alone bound it.
	RangeM float64 `json:"range_m,omitempty" yaml:"range_m"`
}

// normal fills in what may be left out and refuses what makes no sense.
func (a *Advice) normal() (*Advice, error) {
	if a == nil {
		return nil, nil
	}
	out := *a
	set := func(v *float64, usual float64) {
		if *v == 0 {
			*v = usual
		}
	}
	c := &out.Camera
	set(&c.HeightM, 4)
	set(&c.HFOVDeg, 80)
	set(&c.VFOVDeg, 50)
	set(&c.PixelsW, 2560)
	if out.Most == 0 {
		out.Most = 20
	}
	ok := c.HeightM > 0 && c.HeightM <= 100 && c.HFOVDeg >= 1 && c.HFOVDeg < widest_deg && c.VFOVDeg >= 1 && c.VFOVDeg < widest_deg &&
		c.PixelsW >= 1 && c.PixelsW <= 1e5 && c.RangeM >= 0 && out.Most >= 1 && out.Most <= mostProposed
	if !ok {
		return nil, geo.Refuse(
			geo.T("加装建议的参数不可用", "the parameters of the advice cannot be used"),
			geo.Tf("高度0到100米，视场角1到%d度，像素1到100000，台数1到%d", "heights to 100 m, angles from 1 to %d degrees, pixels from 1 to 100000, cameras from 1 to %d", widest_deg, mostProposed))
	}
	return &out, nil
}

// mostProposed bounds the cameras that are proposed.
const mostProposed = 500
