package sight

// Advice asks where more cameras would cover most of what is open.
type Advice struct {
	// Camera is what would be put up.
	Camera Proposal `json:"camera"`
	// Most bounds how many are proposed: 20.
	Most int `json:"most"`
}

// Proposal is a camera that would be put up, aimed at will.
type Proposal struct {
	HeightM float64 `json:"height_m" yaml:"height_m"`
	HFOVDeg float64 `json:"hfov_deg" yaml:"hfov_deg"`
	VFOVDeg float64 `json:"vfov_deg" yaml:"vfov_deg"`
	PixelsW float64 `json:"pixels_w" yaml:"pixels_w"`
	// RangeM is 0 where pixels alone bound it.
	RangeM float64 `json:"range_m,omitempty" yaml:"range_m"`
}
