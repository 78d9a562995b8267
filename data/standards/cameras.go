package standards

import (
	"bytes"
	_ "embed"
)

//go:embed camera_classes.yaml
var cameraClasses []byte

//go:embed camera_codes.yaml
var cameraCodes []byte

//go:embed camera_divisions.yaml
var cameraDivisions []byte

//go:embed camera_defaults.yaml
var cameraDefaults []byte

// CameraClasses is the YAML of the classes of seeing by pixel density: a list
// `editions`, the default first. The bytes are a copy.
func CameraClasses() []byte { return bytes.Clone(cameraClasses) }

// CameraCodes is the YAML of the parts of device codes under GB/T 28181. The bytes
// are a copy.
func CameraCodes() []byte { return bytes.Clone(cameraCodes) }

// CameraDivisions is the YAML of current and withdrawn division codes. The bytes
// are a copy.
func CameraDivisions() []byte { return bytes.Clone(cameraDivisions) }

// CameraDefaults is the YAML of what may stand in for missing attributes of
// cameras and of what stands in their way: a list `defaults`. The bytes are a copy.
func CameraDefaults() []byte { return bytes.Clone(cameraDefaults) }
