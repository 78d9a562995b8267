//go:build !race

package pipeline

import "testing"

// Unwatched does nothing without the race detector.
func Unwatched(t *testing.T) { t.Helper() }
