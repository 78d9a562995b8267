package metric

func analysisExamples() map[string][]example { return nil }
