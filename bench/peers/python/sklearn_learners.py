learners = {}
